// What somebody does who opens the console for the first time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, ended, machineArn, openBrowser, picture, start, takeTask, until, url } from "./stateside.mjs";
import { createHeldMachine, shapes } from "./machines.mjs";
import { createMachine } from "./stateside.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const stateOf = (page, name) => page.locator(`[data-graph] [data-state="${name}"]`);

test("the address alone leads to the machines, and from there a sample order runs to its end while it is watched", async () => {
    const page = await browser.page();
    await page.goto(url);
    await page.getByRole("link", { name: "OrderIntake", exact: true }).click();
    await page.getByRole("link", { name: "Start execution" }).first().click();
    await page.getByLabel("Sample").selectOption({ label: "good.json" }).catch(async () => {
        const options = await page.getByLabel("Sample").locator("option").allTextContents();
        await page.getByLabel("Sample").selectOption({ label: options.find(option => option.includes("good")) });
    });
    await until(async () => (await page.getByLabel("Input, JSON").inputValue()).includes("orderId"), "the sample's text");
    await page.getByLabel("Name").fill("first-order");
    await page.getByRole("button", { name: "Start execution" }).click();

    await page.waitForURL(/\/console\/executions\//);
    const badge = page.locator("#execution-head .badge").first();
    await badge.getByText("Succeeded").waitFor({ timeout: 120_000 });
    assert.equal((await ended(`arn:aws:states:us-east-1:123456789012:execution:OrderIntake:first-order`)).status, "SUCCEEDED");

    await stateOf(page, "ValidateOrder").click();
    await page.locator("#panel-title").getByText("ValidateOrder").waitFor();
    await page.locator("#panel-body").getByText("orderId").first().waitFor();
    await page.locator("#panel-body").getByRole("heading", { name: /Attempts/ }).waitFor();
    await picture(page, "journey-order", { fullPage: true });

    // The machine's page lists it.
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "OrderIntake" }).click();
    await page.getByRole("link", { name: "first-order" }).waitFor();
    assert.deepEqual(page.troubles, []);
});

test("an input that is no JSON is not sent, and its line is named", async () => {
    const page = await browser.page();
    await page.goto(`/console/machines/${machineArn("OrderIntake")}/start`);
    await page.getByLabel("Input, JSON").fill("{\n  \"orderId\": 1,\n  oops\n}");
    await page.getByRole("button", { name: "Start execution" }).click();
    await page.locator("#input-says").getByText(/line 3/i).waitFor();
    assert.match(page.url(), /\/start$/);
    assert.deepEqual(page.troubles, []);
});

test("a failed execution says what failed and why, is redriven from its page and goes on to its end", async () => {
    const { activityArn, stateMachineArn } = await createHeldMachine("Redriven");
    const executionArn = await start(stateMachineArn, { order: 7 }, "redriven");
    await call("SendTaskFailure", { taskToken: (await takeTask(activityArn)).taskToken, error: "Printer.Jammed", cause: "tray 2" });
    await ended(executionArn);

    const page = await browser.page();
    await page.goto("/console/");
    await page.getByRole("link", { name: "Redriven", exact: true }).click();
    await page.getByRole("link", { name: "redriven", exact: true }).click();
    await page.locator("#execution-head").getByText("Printer.Jammed").waitFor();
    await page.locator("#panel-body").getByText("tray 2").first().waitFor();
    await picture(page, "journey-failed", { fullPage: true });
    await page.getByRole("button", { name: "Redrive", exact: true }).click();
    await page.locator("#execution-head").getByText("redriven 1×").waitFor();
    await call("SendTaskSuccess", { taskToken: (await takeTask(activityArn)).taskToken, output: "{\"printed\":true}" });
    await page.locator("#execution-head .badge").getByText("Succeeded").first().waitFor();
    await page.getByRole("tab", { name: /Events/ }).click();
    await page.locator("#event-rows").getByText("ExecutionRedriven").first().waitFor();
    assert.deepEqual(page.troubles, []);
});

test("a running execution is stopped with an error and a cause", async () => {
    const { stateMachineArn } = await createHeldMachine("Stopped");
    const executionArn = await start(stateMachineArn, { order: 1 });
    const page = await browser.page();
    await page.goto(`/console/executions/${executionArn}`);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByLabel(/^Error/).fill("Order.Withdrawn");
    await page.getByLabel(/^Cause/).fill("by phone");
    await page.getByRole("button", { name: "Stop it" }).click();
    await page.locator("#execution-head .badge").getByText("Aborted").first().waitFor();
    const execution = await ended(executionArn);
    assert.deepEqual([execution.error, execution.cause], ["Order.Withdrawn", "by phone"]);
    assert.deepEqual(page.troubles, []);
});

test("groups are shown: branches and iterations on the timeline, iterations in a table", async () => {
    const stateMachineArn = await createMachine("Shapes", shapes);
    const executionArn = await start(stateMachineArn, { items: [1, 2, 3], total: 200 });
    await ended(executionArn);
    const page = await browser.page();
    await page.goto(`/console/executions/${executionArn}`);
    await page.getByRole("tab", { name: /Timeline/ }).click();
    for (const name of ["Left", "Right", "Item"])
        await page.locator("#timeline-rows").getByText(name).first().waitFor();
    await page.getByRole("tab", { name: /iterations/ }).click();
    await until(async () => /3/.test(await page.locator("#iteration-counts").textContent()), "three iterations");
    await picture(page, "journey-iterations", { fullPage: true });
    assert.deepEqual(page.troubles, []);
});

test("a state alone is tested with edited input", async () => {
    await createMachine("Tested", shapes).catch(() => {});
    const page = await browser.page();
    await page.goto(`/console/machines/${machineArn("Tested")}/test`);
    await page.getByRole("combobox", { name: "State", exact: true }).selectOption("Enough");
    await page.getByLabel("Input of the state, JSON").fill("{\"total\": 150}");
    await page.getByRole("button", { name: /^Test/ }).click();
    await page.locator("#outcome").getByText("Done").first().waitFor();
    await page.getByLabel("Input of the state, JSON").fill("{\"total\": 50}");
    await page.getByRole("button", { name: /^Test/ }).click();
    await page.locator("#outcome").getByText("Small").first().waitFor();
    assert.deepEqual(page.troubles, []);
});

test("two executions are compared side by side", async () => {
    const stateMachineArn = await createMachine("Compared", shapes);
    const [one, two] = [await start(stateMachineArn, { items: [1], total: 200 }, "enough"), await start(stateMachineArn, { items: [1], total: 2 }, "too-small")];
    await Promise.all([ended(one), ended(two)]);
    const page = await browser.page();
    await page.goto(`/console/executions/${one}/compare?with=${two}`);
    for (const name of ["Done", "Small"])
        await page.locator("main").getByText(name).first().waitFor();
    await picture(page, "journey-compare", { fullPage: true });
    assert.deepEqual(page.troubles, []);
});
