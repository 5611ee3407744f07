// What the template's tables, buckets and queues hold: put, changed, seen by another page, sent, deleted.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { openBrowser, url } from "./stateside.mjs";
import { change } from "./contents.mjs";
import { attacks } from "./machines.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

test("an item is put, found by its key, changed and deleted", async () => {
    const page = await browser.page();
    await page.goto("/console/");
    await page.getByRole("link", { name: "Data", exact: true }).click();
    await page.getByRole("link", { name: /orders/i }).first().click();
    await page.getByRole("link", { name: "Put item" }).click();
    await page.getByLabel("Item, JSON").fill("{\"id\": \"by-hand\", \"total\": ");
    await page.getByRole("button", { name: "Put item" }).click();
    await page.getByText(/Line 1, column/).waitFor();
    await page.getByLabel("Item, JSON").fill("{\"name\": \"no key\"}");
    await page.getByRole("button", { name: "Put item" }).click();
    await page.locator("#failure").getByText("Missing the key id in the item").waitFor();
    await page.getByLabel("Item, JSON").fill("{\"id\": \"by-hand\", \"total\": 12.50}");
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(/item\?key=/);
    await page.locator("#toast").getByText("The item is in the table.").waitFor();

    await page.goto("/console/data/tables/OrdersTable");
    await page.getByLabel("id", { exact: true }).fill("by-hand");
    await page.getByRole("button", { name: "Find" }).click();
    await page.waitForURL(/item\?key=/);
    assert.match(await page.getByLabel("Item, JSON").inputValue(), /"total": 12\.5/);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.waitForURL(/tables\/OrdersTable$/);
    assert.equal(await page.getByText("by-hand").count(), 0);
    assert.deepEqual(page.troubles.filter(trouble => !trouble.includes("400")), []);
});

test("a file is uploaded under its own name, shown, and comes back byte for byte", async () => {
    const page = await browser.page();
    const bytes = Buffer.from([0x89, 0x50, 0, 1, 2, 255]);
    await page.goto("/console/data/buckets/InvoiceBucket/put?key=by-hand%2F");
    await page.getByLabel("File").setInputFiles({ name: "scan \u00e5.png", mimeType: "image/png", buffer: bytes });
    assert.equal(await page.getByLabel("Key", { exact: true }).inputValue(), "by-hand/scan \u00e5.png");
    await page.getByRole("button", { name: "Put object" }).click();
    await page.waitForURL(/object\?key=/);
    await page.getByText("image/png").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
    assert.equal(download.suggestedFilename(), "scan \u00e5.png");
    assert.deepEqual(await readFile(await download.path()), bytes);
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.waitForURL(/prefix=by-hand/);
    await page.getByText("There are none whose keys begin so.").waitFor();
    assert.deepEqual(page.troubles, []);
});

test("a message that one page sends appears on another that is open, and the focus stays where it was", async () => {
    const [watch, send] = [await browser.page(), await browser.page()];
    await change("queues/Picking/send", { body: "the first" });
    await watch.goto("/console/data/queues/Picking");
    await watch.locator("#live[data-state=live]").waitFor();
    const link = watch.locator("#part tbody a").first();
    await link.focus();
    await send.goto("/console/data/queues/Picking/send");
    await send.getByLabel("Body").fill("for all to see");
    await send.getByRole("button", { name: "Send message" }).click();
    await send.waitForURL(/queues\/Picking$/);
    await watch.getByText("for all to see").waitFor();
    assert.ok(await link.evaluate(element => element === document.activeElement));
    assert.deepEqual([...watch.troubles, ...send.troubles], []);
});

test("what attacks is shown as the text that it is, in items, keys, objects and messages", async () => {
    const clean = attacks.map(text => text.replaceAll("\u0000", ""));
    const item = await change("tables/OrdersTable/put", { item: JSON.stringify({ id: clean[0], [clean[1]]: clean }) });
    const object = await change("buckets/InvoiceBucket/put", { key: `hostile/${clean[2]}/${clean[0]}`, text: clean.join("\n"), type: "text/html" });
    await change("queues/Picking/send", { body: clean.slice(0, 6).join("\n") });
    for (const path of ["/console/data", "/console/data/tables/OrdersTable", item.link, "/console/data/buckets/InvoiceBucket?prefix=hostile%2F", object.link, "/console/data/queues/Picking"]) {
        const page = await browser.page();
        await page.goto(path);
        await page.locator("h1").first().waitFor();
        if (await page.locator("#part").count() > 0)
            await page.locator("#live[data-state=live]").waitFor();
        assert.equal(await page.evaluate(() => window.attacked), undefined, path);
        assert.deepEqual(page.troubles, [], path);
        await page.context().close();
    }
    const content = await fetch(`${url}${object.link.replace("/object?", "/content?")}`);
    assert.match(content.headers.get("Content-Disposition"), /^attachment/);
    assert.equal(content.headers.get("Content-Type"), "application/octet-stream");
});
