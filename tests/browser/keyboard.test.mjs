// The whole journey with the keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, ended, openBrowser, start, takeTask } from "./stateside.mjs";
import { createHeldMachine } from "./machines.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

/** Presses Tab until what has the focus is what was looked for. */
async function tabTo(page, role, name, most = 80) {
    const wanted = page.getByRole(role, { name }).first();
    await wanted.waitFor();
    for (let i = 0; i < most; i++) {
        await page.keyboard.press("Tab");
        if (await wanted.evaluate(element => element === document.activeElement)) {
            // A field may leave the ring to the box that it stands in.
            const ring = await wanted.evaluate(element => [element, element.parentElement, element.parentElement.parentElement].some(each => {
                const style = getComputedStyle(each);
                return style.outlineStyle !== "none" || style.boxShadow !== "none";
            }));
            assert.ok(ring, `${name} shows no focus`);
            return;
        }
    }
    assert.fail(`${most} tabs do not lead to the ${role} ${name}`);
}

test("an execution is started, watched, inspected and redriven without a mouse", async () => {
    const { activityArn } = await createHeldMachine("Keys");
    const page = await browser.page();
    await page.goto("/console/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
    await tabTo(page, "link", /^Keys$/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/machines\/.*Keys/);
    await tabTo(page, "link", "Start execution");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/start/);
    await tabTo(page, "textbox", /^Name/);
    await page.keyboard.type("by-keys");
    await tabTo(page, "textbox", "Input, JSON");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("{\"order\": 9}");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(/executions\/.*by-keys/);

    await call("SendTaskFailure", { taskToken: (await takeTask(activityArn)).taskToken, error: "Printer.Jammed", cause: "tray 2" });
    await page.locator("#execution-head .badge").getByText("Failed").first().waitFor();
    await tabTo(page, "button", /^Redrive$/);
    await page.keyboard.press("Enter");
    await page.locator("#execution-head").getByText("redriven 1×").waitFor();
    await call("SendTaskSuccess", { taskToken: (await takeTask(activityArn)).taskToken, output: "{}" });
    await page.locator("#execution-head .badge").getByText("Succeeded").first().waitFor();

    // The graph's states, the tabs and the rows of events.
    await page.evaluate(() => document.getElementById("main").focus());
    for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement.closest("[data-state]") !== null)); i++)
        await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement.closest("[data-state]")?.dataset.state);
    assert.ok(first, "no state of the graph is reached by Tab");
    await page.keyboard.press("Enter");
    await page.locator("#panel-title").getByText(first, { exact: true }).waitFor();
    await tabTo(page, "tab", /Events/);
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.getByRole("tab", { name: /Timeline/ }).getAttribute("aria-selected"), "true");
    assert.deepEqual(page.troubles, []);
});

test("the keyboard leaves an editor again", async () => {
    const { stateMachineArn } = await createHeldMachine("Leaves");
    await ended(await start(stateMachineArn, { order: 1 }).then(async arn => {
        await call("StopExecution", { executionArn: arn });
        return arn;
    }));
    const page = await browser.page();
    await page.goto(`/console/machines/${stateMachineArn}/edit`);
    await page.getByLabel("Definition, JSON").focus();
    for (let i = 0; i < 4 && await page.evaluate(() => document.activeElement.tagName === "TEXTAREA"); i++)
        await page.keyboard.press(i === 0 ? "Tab" : i === 1 ? "Escape" : "Tab");
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "TEXTAREA");
});
