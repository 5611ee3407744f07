// Names, labels, order and contrast on every page, in both themes and at both widths.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createMachine, ended, machineArn, openBrowser, picture, sizes, start, until } from "./stateside.mjs";
import { createHeldMachine, shapes } from "./machines.mjs";
import { faultsOf } from "./accessibility.mjs";
import { change, contents } from "./contents.mjs";

let browser;
const pages = {};
before(async () => {
    browser = await openBrowser();
    const stateMachineArn = await createMachine("Everyone", shapes);
    const failed = await start(stateMachineArn, { items: [1, 2, 3], total: 2 }, "failed");
    const succeeded = await start(stateMachineArn, { items: [1, 2, 3], total: 200 }, "succeeded");
    await Promise.all([ended(failed), ended(succeeded)]);
    const held = await createHeldMachine("EveryoneWaits");
    const running = await start(held.stateMachineArn, { order: 3 });
    const record = await readFile(join(process.env.PROJECT, "samples", "orders", "recorded", "history.json"), "utf8");
    Object.assign(pages, {
        machines: "/console/",
        machine: `/console/machines/${stateMachineArn}`,
        definition: `/console/machines/${stateMachineArn}/definition`,
        edit: `/console/machines/${machineArn("OrderIntake")}/edit`,
        start: `/console/machines/${stateMachineArn}/start`,
        test: `/console/machines/${stateMachineArn}/test`,
        versions: `/console/machines/${stateMachineArn}/versions`,
        activities: "/console/activities",
        ...await contents(),
        failed: `/console/executions/${failed}`,
        timeline: `/console/executions/${failed}#timeline`,
        iterations: `/console/executions/${failed}#iterations`,
        data: `/console/executions/${succeeded}#data`,
        running: `/console/executions/${running}`,
        compare: `/console/executions/${succeeded}/compare?with=${failed}`,
        opened: (await change("../opened", { files: [{ name: "history.json", text: record }] })).link,
    });
});
after(() => browser.close());

test("the checks find what is wrong with a page that has every fault", async () => {
    const page = await browser.page();
    await page.setContent(`<!DOCTYPE html><html><head></head><body><h1>One</h1><h3>Three</h3><main>
        <button></button><input><img src="data:,"><a href="/x" style="color:#aaa;background:#fff">faint</a><i id="a"></i><i id="a"></i>
        <table><tr><td>1</td></tr></table><button aria-controls="none" tabindex="3">x</button><button role="tab">t</button>
        <svg width="50" height="50"><rect width="50" height="50" fill="#000"></rect><text x="5" y="25" fill="#222">dark</text></svg>
        <svg width="9" height="9"><path d="M0 0h9v9z"></path></svg><div style="width:3000px">wide</div></main></body></html>`);
    const faults = (await faultsOf(page)).join("\n");
    for (const fault of ["no language", "no title", "heading of level 3", "no name", "without label", "without alt", "an id stands twice", "without headers", "which is not there", "tabindex above 0", "outside a tablist", "a drawing without name", "contrast", "wide at a width"])
        assert.ok(faults.includes(fault), `not found: ${fault} in\n${faults}`);
    assert.equal(faults.match(/contrast/g).length, 2, faults);
});

for (const scheme of ["light", "dark"])
    for (const [name, size] of Object.entries(sizes))
        test(`every page has names, labels and contrast: ${scheme}, ${name}`, async () => {
            const faults = [];
            const page = await browser.page({ size, scheme });
            for (const [title, path] of Object.entries(pages)) {
                await page.goto("about:blank");
                await page.goto(path);
                await page.locator("h1").waitFor();
                if (path.includes("/executions/") && !path.includes("compare"))
                    await until(() => page.locator("#panel-body .visit").count(), `the panel of ${title}`);
                faults.push(...(await faultsOf(page)).map(fault => `${title}: ${fault}`));
                await picture(page, `page-${title}-${name}-${scheme}`, { fullPage: true });
            }
            assert.deepEqual([...faults, ...page.troubles], []);
        });
