// The three pictures of the README, into the folder that SCREENSHOTS names.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { call, ended, machineArn, openBrowser, sizes, start, takeTask, until } from "./stateside.mjs";
import { createHeldMachine } from "./machines.mjs";

const folder = process.env.SCREENSHOTS;
const browser = await openBrowser();
const sample = name => readFile(join(process.env.PROJECT, "samples", "orders", name), "utf8").then(JSON.parse);
const order = await start(machineArn("OrderIntake"), await sample("good.json"), "order-536365");
await ended(order);
await ended(await start(machineArn("OrderIntake"), await sample("problems.json"), "order-with-problems"));
const { activityArn, stateMachineArn } = await createHeldMachine("PickingList");
const picking = await start(stateMachineArn, { order: 536365 }, "picking-536365");
await call("SendTaskFailure", { taskToken: (await takeTask(activityArn)).taskToken, error: "Printer.Jammed", cause: "tray 2" });
await ended(picking);

async function take(name, path, { scheme = "light", ready }) {
    const page = await browser.page({ size: { ...sizes.desktop, height: 800 }, scheme });
    await page.goto(path);
    await ready(page);
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(folder, `console-${name}.png`) });
    await page.context().close();
}
await take("execution", `/console/executions/${order}`, { ready: page => until(() => page.locator("#panel-body .visit").count(), "the panel") });
await take("failed", `/console/executions/${picking}`, { scheme: "dark", ready: page => until(() => page.locator("#panel-body .visit").count(), "the panel") });
await take("edit", `/console/machines/${machineArn("OrderIntake")}/edit`, { ready: page => page.locator("[data-graph] svg.state-graph").waitFor() });
await browser.close();
