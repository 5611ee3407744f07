// What the console costs: weight of the pages, time to first paint, how soon a page shows what happened, memory of the service with ten
// open live pages. Figures, not a test; they go with the machine.
import { readFile } from "node:fs/promises";
import { call, ended, machineArn, openBrowser, start, takeTask } from "./stateside.mjs";
import { createHeldMachine } from "./machines.mjs";

const browser = await openBrowser();
const memory = async () => {
    const status = await readFile(`/proc/${process.env.STATESIDE_PID}/status`, "utf8").catch(() => "");
    return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024).toFixed(0);
};
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(`memory before the first page: ${await memory()} MiB`);

const held = await createHeldMachine("Measured");
const arns = [];
for (let i = 0; i < 10; i++)
    arns.push(await start(held.stateMachineArn, { order: i }));
for (const [name, path] of [["machines", "/console/"], ["machine", `/console/machines/${machineArn("OrderIntake")}`], ["edit", `/console/machines/${machineArn("OrderIntake")}/edit`], ["execution", `/console/executions/${arns[0]}`]]) {
    const paints = [];
    let weight;
    for (let i = 0; i < 5; i++) {
        const page = await browser.page();
        const session = await page.context().newCDPSession(page);
        await session.send("Network.enable");
        let bytes = 0;
        session.on("Network.loadingFinished", event => { bytes += event.encodedDataLength; });
        await page.goto(path);
        await page.waitForTimeout(700);
        paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN));
        weight ??= bytes;
        await page.context().close();
    }
    console.log(`${name}: first load ${(weight / 1024).toFixed(1)} KB, first contentful paint ${median(paints).toFixed(0)} ms (median of 5)`);
}

console.log(`memory after these: ${await memory()} MiB`);
const pages = [];
for (const arn of arns) {
    const page = await browser.page();
    await page.goto(`/console/executions/${arn}`);
    await page.locator("#panel-body .visit").waitFor();
    pages.push(page);
}
console.log(`memory with ten open live pages: ${await memory()} MiB`);

// From the end of the execution, by the service's clock, to the page's next frame after its status changed.
const delays = [];
for (const [i, arn] of arns.entries()) {
    const shown = pages[i].evaluate(() => new Promise(resolve => {
        const watch = new MutationObserver(() => {
            if (document.querySelector("#execution-head .badge")?.textContent.includes("Succeeded"))
                requestAnimationFrame(() => resolve(Date.now()));
        });
        watch.observe(document.getElementById("execution-head"), { childList: true, subtree: true, characterData: true });
    }));
    await pages[i].bringToFront();
    const { taskToken } = await takeTask(held.activityArn);
    await call("SendTaskSuccess", { taskToken, output: "{}" });
    delays.push(await shown - (await ended(arn)).stopDate * 1000);
}
console.log(`from an execution's end to the page that shows it: median ${median(delays).toFixed(0)} ms, most ${Math.max(...delays).toFixed(0)} ms (of ${delays.length})`);
await browser.close();
