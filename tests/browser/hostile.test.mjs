// Whatever a user can write, others read: none of it may run, break a page or leave it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, createMachine, ended, machineArn, openBrowser, picture, start, url } from "./stateside.mjs";
import { attacks, hostile } from "./machines.mjs";

let browser;
let stateMachineArn;
let executionArn;
const input = { [attacks[0]]: attacks[1], list: attacks.map(text => text.replaceAll("\u0000", "")), deep: { "</pre><script>": attacks[4] } };
before(async () => {
    browser = await openBrowser();
    stateMachineArn = await createMachine("Hostile", hostile());
    await call("TagResource", { resourceArn: stateMachineArn, tags: [{ key: "note", value: "a tag" }] });
    executionArn = await start(stateMachineArn, input);
    await ended(executionArn);
});
after(() => browser.close());

async function isUnharmed(page, what) {
    assert.equal(await page.evaluate(() => window.attacked), undefined, `a script ran: ${what}`);
    assert.deepEqual(page.troubles, [], what);
    assert.ok(await page.locator("h1").isVisible(), what);
    assert.equal(await page.evaluate(() => [...document.querySelectorAll("*")].flatMap(e => [...e.attributes]).filter(a => /^on/.test(a.name)).length), 0, what);
}

test("names, comments, conditions, results, errors and inputs that attack are shown as the text that they are", async () => {
    for (const path of [
        "/console/", `/console/machines/${stateMachineArn}`, `/console/machines/${stateMachineArn}/definition`, `/console/machines/${stateMachineArn}/edit`,
        `/console/machines/${stateMachineArn}/test`, `/console/machines/${stateMachineArn}/versions`, `/console/machines/${stateMachineArn}/start?again=${executionArn}`,
        `/console/executions/${executionArn}`, `/console/executions/${executionArn}#timeline`, `/console/executions/${executionArn}#data`,
        `/console/executions/${executionArn}/compare?with=${executionArn}`,
    ]) {
        const page = await browser.page();
        await page.goto(path);
        await page.waitForLoadState("networkidle").catch(() => {});
        await isUnharmed(page, path);
        await page.context().close();
    }
});

test("every state of the hostile machine can be chosen, and its panel shows what it holds", async () => {
    const page = await browser.page();
    await page.goto(`/console/executions/${executionArn}`);
    const names = await page.locator("[data-graph] [data-state]").evaluateAll(nodes => nodes.map(node => node.dataset.state));
    assert.ok(names.includes(attacks[0]));
    for (const name of names) {
        await page.locator("[data-graph] [data-state]").nth(names.indexOf(name)).focus();
        await page.keyboard.press("Enter");
        await page.locator("#panel-title").getByText(name, { exact: true }).waitFor();
    }
    await page.locator("#event-rows").getByText(attacks[1]).first().waitFor();
    await page.getByLabel("Text").fill(attacks[0]);
    await picture(page, "hostile", { fullPage: true });
    await isUnharmed(page, "panels");
});

test("a hostile input typed by hand, a hostile name and a hostile path are refused as what they are", async () => {
    const page = await browser.page();
    await page.goto(`/console/machines/${stateMachineArn}/start`);
    await page.getByLabel("Name").fill(attacks[0]);
    await page.getByLabel("Input, JSON").fill(JSON.stringify(input));
    await page.getByRole("button", { name: "Start execution" }).click();
    await page.locator("#failure").getByText(/name/i).first().waitFor();
    assert.equal(await page.evaluate(() => window.attacked), undefined);

    // The browser says of each of these that it was not found; nothing else may go wrong.
    for (const path of [`/console/machines/${encodeURIComponent(attacks[0])}`, `/console/executions/${encodeURIComponent(attacks[1])}`, `/console/${encodeURIComponent(attacks[4])}`, `/console/machines/${machineArn("Hostile")}/start?again=${encodeURIComponent(attacks[0])}`]) {
        const lost = await browser.page();
        await lost.goto(path);
        assert.equal(await lost.evaluate(() => window.attacked), undefined, path);
        assert.deepEqual(lost.troubles.filter(trouble => !trouble.includes("404")), [], path);
        await lost.context().close();
    }
});

test("another site's page can change nothing and read nothing", async () => {
    const start = `${url}/console/machines/${stateMachineArn}/start`;
    const body = JSON.stringify({ name: "foreign", input: "{}" });
    for (const headers of [
        { Origin: "http://evil.example", "Content-Type": "application/json" },
        { Origin: "null", "Content-Type": "application/json" },
        { "Sec-Fetch-Site": "cross-site", "Content-Type": "application/json" },
        { Origin: "http://evil.example", "Content-Type": "text/plain" },
    ]) {
        const answer = await fetch(start, { method: "POST", headers, body });
        assert.equal(answer.status, 403, JSON.stringify(headers));
    }
    const { executions } = await call("ListExecutions", { stateMachineArn });
    assert.ok(executions.every(execution => execution.name !== "foreign"));
    const page = await fetch(`${url}/console/machines`);
    const policy = page.headers.get("Content-Security-Policy");
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(page.headers.get("X-Content-Type-Options"), "nosniff");
    assert.equal(page.headers.get("Access-Control-Allow-Origin"), null);
});
