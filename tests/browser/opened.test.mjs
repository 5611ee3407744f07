// A record of an execution on AWS: dropped on a page, looked at, started again here.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, until } from "./stateside.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const recorded = name => readFile(join(process.env.PROJECT, "samples", "orders", "recorded", name), "utf8");

async function drop(page, files) {
    const dataTransfer = await page.evaluateHandle(files => {
        const transfer = new DataTransfer();
        for (const [name, text] of files)
            transfer.items.add(new File([text], name));
        return transfer;
    }, files);
    await page.dispatchEvent("main", "dragover", { dataTransfer });
    await page.dispatchEvent("main", "drop", { dataTransfer });
}

test("a record that is dropped on a page is shown like an execution of our own, and is started again here", async () => {
    const page = await browser.page();
    await page.goto("/console/activities");
    await drop(page, [["history.json", await recorded("history.json")], ["describe.json", await recorded("describe.json")]]);
    await page.waitForURL(/\/console\/executions\/opened:/);
    await page.getByText("From AWS, opened from history.json.").waitFor();
    await until(() => page.locator("#panel-body .visit").count(), "the panel");
    assert.equal(await page.locator("#count-events").textContent(), "35");
    assert.ok(await page.locator("#graph .is-succeeded").count() > 5);
    assert.equal(await page.getByRole("button", { name: /Stop|Redrive/ }).count(), 0);
    assert.ok(await page.locator("#live").isHidden());
    await page.getByRole("tab", { name: "Timeline" }).click();
    await page.locator("#timeline-rows").getByText("StoreInvoice").first().waitFor();

    await page.locator("details.menu summary").click();
    await page.getByRole("button", { name: "C# test" }).click();
    await page.locator("#toast").getByText("Copied.").waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /public async Task Order_536365_goes_as_recorded\(\)/);
    await page.getByRole("link", { name: "Start it here" }).click();
    await page.getByRole("button", { name: "Start execution" }).click();
    await page.waitForURL(/\/console\/executions\/arn:/);
    assert.deepEqual(page.troubles, []);
    await page.context().close();
});

test("a file that is chosen on the first page is opened, however it is encoded, and one that is no record is refused in a sentence", async () => {
    const page = await browser.page();
    await page.goto("/console/");
    await page.getByLabel("Open…").setInputFiles({ name: "photo.json", mimeType: "application/json", buffer: Buffer.from("nothing") });
    await page.locator("#toast").getByText(/photo\.json.*this is not JSON/).waitFor();
    await page.getByLabel("Open…").setInputFiles({ name: "chosen.json", mimeType: "application/json", buffer: Buffer.from(`\ufeff${await recorded("history.json")}`, "utf16le") });
    await page.getByText("From AWS, opened from chosen.json.").waitFor();
    await page.goto("/console/");
    await page.locator("#opened").getByRole("link", { name: "chosen.json" }).waitFor();

    // The refusal is the only trouble, and the browser's own word for it.
    assert.ok(page.troubles.every(trouble => /\/console\/opened\)/.test(trouble)), page.troubles.join("\n"));
    await page.context().close();
});
