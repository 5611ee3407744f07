// The definition edited in the browser: what is wrong is said at its line, the graph follows, and the file gets it.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { call, machineArn, openBrowser, picture, until } from "./stateside.mjs";

const file = join(process.env.PROJECT, "statemachine", "order-intake.asl.json");
const link = `/console/machines/${machineArn("OrderIntake")}/edit`;
let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

test("a mistake is named while it is written, a state's new name shows in the graph, and saving takes it over", async () => {
    const before = await readFile(file, "utf8");
    const page = await browser.page();
    await page.goto(link);
    const editor = page.getByLabel("Definition, JSON");
    await editor.fill(before.replace("\"Next\": \"ListProblems\"", "\"Next\": \"Nowhere\""));
    await page.locator("#findings").getByText("Nowhere").first().waitFor();
    await picture(page, "edit-mistake", { fullPage: true });

    await editor.fill(before.replaceAll("ListProblems", "ListMistakes"));
    await page.locator("[data-graph] [data-state=ListMistakes]").waitFor();
    await page.getByRole("button", { name: "Save to file" }).click();
    await until(async () => (await readFile(file, "utf8")).includes("ListMistakes"), "the file");
    await until(async () => (await call("DescribeStateMachine", { stateMachineArn: machineArn("OrderIntake") })).definition.includes("ListMistakes"), "the new revision");
    assert.deepEqual(page.troubles, []);
});

test("what somebody else wrote meanwhile is not overwritten", async () => {
    const page = await browser.page();
    await page.goto(link);
    const before = await readFile(file, "utf8");
    await writeFile(file, before.replace("Order intake:", "Order intake, by hand:"));
    await page.getByLabel("Definition, JSON").fill(before.replace("Order intake:", "Order intake, in the browser:"));
    await page.locator("[data-graph] svg.state-graph").waitFor();
    await page.getByRole("button", { name: "Save to file" }).click();
    await page.getByText(/changed/).first().waitFor();
    assert.match(await readFile(file, "utf8"), /by hand/);
    await writeFile(file, before);
});
