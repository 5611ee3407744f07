// What is known of the data: in the editor at the caret, and in the panels of states.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { faultsOf } from "./accessibility.mjs";
import { ended, machineArn, openBrowser, picture, start, until } from "./stateside.mjs";

const file = join(process.env.PROJECT, "statemachine", "order-intake.asl.json");
const edit = `/console/machines/${machineArn("OrderIntake")}/edit`;
const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
let browser;
let execution;
let text;
before(async () => {
    browser = await openBrowser();
    text = await readFile(file, "utf8");

    // An execution builds the handlers; what they take and give is then known.
    const input = JSON.parse(await readFile(join(process.env.PROJECT, "samples", "orders", "good.json"), "utf8"));
    execution = await start(machineArn("OrderIntake"), input);
    await ended(execution);
});
after(() => browser.close());

/** Puts the caret of the editor where a text begins. */
const putCaret = (page, at) => page.getByLabel("Definition, JSON").evaluate((area, found) => {
    area.focus();
    area.setSelectionRange(found, found);
}, text.indexOf(at));

/** Waits until the panel tells of a state and of what stands in it. */
const told = (page, state, part) => until(async () => {
    const seen = await page.locator("#known").innerText();
    return seen.trimStart().startsWith(state) && seen.includes(part) ? seen : null;
}, `what is known of ${state}, with ${part}`);

test("the panel follows the caret and the graph, and a misspelt name is a finding with the right one", async () => {
    const page = await browser.page({ size: sizes.wide });
    await page.goto(edit);
    await page.locator("#known .hint").waitFor();
    await putCaret(page, "\"DecideOutcome\": {");
    const state = await told(page, "DecideOutcome", "input");
    assert.match(state, /"outcome": "ACCEPTED" or "REJECTED"/);
    assert.match(state, /"customer": \{ "id"\?: text, "country": text \}/);

    // A rule: what is known where it holds. The keys lead there as a click does.
    await putCaret(page, "\"StringEquals\": \"ACCEPTED\"");
    await page.keyboard.press("ArrowRight");
    assert.match(await told(page, "DecideOutcome", "input where it holds"), /Choices\[0\]\s+input where it holds\s+\{\s+"outcome": "ACCEPTED"/);
    await page.locator("[data-graph] [data-state=ReadProblems]").click();
    await told(page, "ReadProblems", "cause");
    assert.equal(await page.locator("[data-graph] .is-selected").getAttribute("data-state"), "ReadProblems");

    await page.getByLabel("Definition, JSON").fill(text.replace("$.order.orderId", "$.order.ordrId"));
    const finding = page.locator("#findings li").filter({ hasText: "Did you mean 'orderId'?" }).first();
    await finding.waitFor();
    await picture(page, "known-mistake", { fullPage: true });
    assert.deepEqual(page.troubles, []);
});

test("the panel of a state of an execution and of a machine tells when it is opened, with the keyboard, too", async () => {
    const page = await browser.page({ size: sizes.wide });
    await page.goto(`/console/executions/${execution}`);
    await page.locator("[data-graph] [data-state=DecideOutcome]").click();
    const summary = page.locator("#panel-body").getByText("What is known of the data");
    await summary.waitFor();
    assert.equal(await page.locator("#panel-body .known dt").count(), 0);
    await page.locator("#panel-body details[data-known] > summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#panel-body .known dt").first().waitFor();
    assert.match(await page.locator("#panel-body .known").innerText(), /"outcome": "ACCEPTED" or "REJECTED"/);

    await page.goto(`/console/machines/${machineArn("OrderIntake")}/definition`);
    await page.locator("[data-graph] [data-state=ReadProblems]").click();
    await page.locator("#state details > summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#state .known dt").first().waitFor();
    await page.locator("[data-graph] [data-state=DecideOutcome]").click();
    await until(async () => (await page.locator("#state .known").innerText()).includes("ACCEPTED"), "the next state, open as the former was");
    assert.deepEqual(page.troubles, []);
});

for (const scheme of ["light", "dark"])
    for (const [name, size] of Object.entries(sizes))
        test(`what is known has names, labels and contrast, and fits: ${scheme}, ${name}`, async () => {
            const page = await browser.page({ size, scheme });
            const faults = [];
            await page.goto(edit);
            await page.locator("#known .hint").waitFor();
            await putCaret(page, "\"Choices\"");
            await told(page, "DecideOutcome", "output");
            faults.push(...await faultsOf(page));
            await picture(page, `known-edit-${name}-${scheme}`);
            await picture(page, `known-edit-${name}-${scheme}-whole`, { fullPage: true });
            await page.goto(`/console/executions/${execution}`);
            await page.locator("[data-graph] [data-state=DecideOutcome]").click();
            await page.locator("#panel-body details[data-known] > summary").click();
            await page.locator("#panel-body .known dt").first().waitFor();
            faults.push(...await faultsOf(page));
            await page.locator("#panel-body .known").scrollIntoViewIfNeeded();
            await picture(page, `known-execution-${name}-${scheme}`, { fullPage: true });
            await page.goto(`/console/machines/${machineArn("OrderIntake")}/definition`);
            await page.locator("[data-graph] [data-state=DecideOutcome]").click();
            await page.locator("#state details > summary").click();
            await page.locator("#state .known dt").first().waitFor();
            faults.push(...await faultsOf(page));
            await picture(page, `known-definition-${name}-${scheme}`, { fullPage: true });
            assert.deepEqual([...faults, ...page.troubles], []);
        });
