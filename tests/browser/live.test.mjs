// Pages that are open follow what happens, without being loaded again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, createMachine, ended, openBrowser, picture, start, takeTask, until } from "./stateside.mjs";
import { createHeldMachine } from "./machines.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

test("an execution that is watched shows each step as it happens", async () => {
    const { activityArn, stateMachineArn } = await createHeldMachine("Watched");
    const executionArn = await start(stateMachineArn, { order: 5 });
    const page = await browser.page();
    await page.goto(`/console/executions/${executionArn}`);
    await page.evaluate(() => { window.stays = true; });
    const classOf = name => page.locator(`[data-graph] [data-state="${name}"]`).getAttribute("class");
    await until(async () => /running/.test(await classOf("Work")), "Work to run");
    assert.doesNotMatch(await classOf("Finish"), /running|succeeded/);
    await picture(page, "live-running");

    const { taskToken } = await takeTask(activityArn);
    await page.locator("#event-rows").getByText("ActivityStarted").first().waitFor();
    await call("SendTaskSuccess", { taskToken, output: "{}" });
    await page.locator("#execution-head .badge").getByText("Succeeded").first().waitFor();
    await until(async () => /succeeded/.test(await classOf("Finish")), "Finish to be done");
    assert.equal(await page.evaluate(() => window.stays), true);
    assert.deepEqual(page.troubles, []);
});

test("the lists follow too: a machine's executions and the counts of all machines", async () => {
    const { activityArn, stateMachineArn } = await createHeldMachine("Listed");
    const list = await browser.page();
    await list.goto(`/console/machines/${stateMachineArn}`);
    const all = await browser.page();
    await all.goto("/console/");
    const executionArn = await start(stateMachineArn, { order: 5 }, "listed-now");
    await list.getByRole("link", { name: "listed-now" }).waitFor();
    const row = all.getByRole("row").filter({ has: all.getByRole("link", { name: "Listed", exact: true }) });
    await until(async () => (await row.locator("[data-cell$=-RUNNING]").textContent()).trim() === "1", "one that runs");
    await call("SendTaskSuccess", { taskToken: (await takeTask(activityArn)).taskToken, output: "{}" });
    await ended(executionArn);
    await until(async () => (await row.locator("[data-cell$=-SUCCEEDED]").textContent()).trim() === "1", "one that succeeded");
    assert.deepEqual([...list.troubles, ...all.troubles], []);
});

test("ten thousand executions and a history of twenty-four thousand events are held in few rows, and all of them are reached", async () => {
    const many = await createMachine("Many", { StartAt: "Do", States: { Do: { Type: "Succeed" } } });
    for (let i = 0; i < 10_000; i += 50)
        await Promise.all(Array.from({ length: 50 }, (_, j) => start(many, {}, `run-${String(i + j).padStart(5, "0")}`)));
    const page = await browser.page();
    await page.goto(`/console/machines/${many}`);
    await page.getByRole("link", { name: /^run-/ }).first().waitFor();
    const rows = () => page.getByRole("link", { name: /^run-/ }).count();
    assert.ok(await rows() < 200, `${await rows()} rows stand in the page`);
    await page.getByRole("link", { name: /^run-/ }).first().focus();
    await until(async () => {
        await page.evaluate(() => {
            const scroller = [...document.querySelectorAll("main, main *")].filter(e => e.scrollHeight > e.clientHeight + 200 && /auto|scroll/.test(getComputedStyle(e).overflowY))
                .sort((a, b) => b.scrollHeight - a.scrollHeight)[0] ?? document.scrollingElement;
            scroller.scrollTop = scroller.scrollHeight;
        });
        return await page.getByRole("link", { name: "run-00000" }).count() > 0;
    }, "the first execution at the end of the list");
    assert.ok(await rows() < 200);

    const long = await createMachine("Long", {
        StartAt: "Count",
        States: {
            Count: { Type: "Pass", Parameters: { "n.$": "States.MathAdd($.n, 1)" }, Next: "Again" },
            Again: { Type: "Choice", Choices: [{ Variable: "$.n", NumericLessThan: 6000, Next: "Count" }], Default: "Done" },
            Done: { Type: "Succeed" },
        },
    });
    const executionArn = await start(long, { n: 0 });
    await ended(executionArn);
    await page.goto(`/console/executions/${executionArn}`);
    await until(async () => /24,004/.test(await page.locator("#count-events").textContent()), "24,004 events");
    const events = () => page.locator("#event-rows [data-event], #event-rows [role=row]").count();
    assert.ok(await events() < 300, `${await events()} rows stand in the page`);
    await page.getByRole("combobox", { name: "State", exact: true }).selectOption("Done");
    await page.locator("#event-rows").getByText("SucceedStateEntered").waitFor();
    assert.deepEqual(page.troubles, []);
});
