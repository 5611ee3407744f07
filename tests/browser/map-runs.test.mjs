// The page of a map run follows two thousand children, and tells what failed and why.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createMachine, ended, openBrowser, picture, sizes, start, until } from "./stateside.mjs";
import { faultsOf } from "./accessibility.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser.close());

const rows = Array.from({ length: 2_000 }, (_, i) => i);
const importing = () => createMachine("Importing", {
    StartAt: "Rows",
    States: {
        Rows: {
            Type: "Map",
            MaxConcurrency: 400,
            ToleratedFailurePercentage: 100,
            ItemsPath: "$.rows",
            ItemProcessor: {
                ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
                StartAt: "Pause",
                States: {
                    Pause: { Type: "Wait", Seconds: 1, Next: "Look" },
                    Look: { Type: "Choice", Choices: [{ Variable: "$", NumericLessThan: 60, Next: "Bad" }], Default: "Good" },
                    Good: { Type: "Pass", End: true },
                    Bad: { Type: "Fail", Error: "Row.TooSmall", Cause: "it is below 60" },
                },
            },
            ResultPath: null,
            End: true,
        },
    },
});

test("the page of a map run follows two thousand children, shows why some failed, and has all of them page by page", async () => {
    const executionArn = await start(await importing(), { rows });
    const page = await browser.page();
    await page.goto(`/console/executions/${executionArn}`);
    await page.locator("#panel-body").getByRole("link", { name: "Open the map run" }).click();
    await page.getByRole("heading", { level: 1, name: "Rows" }).waitFor();
    await page.evaluate(() => { window.stays = true; });
    const bar = page.getByRole("progressbar", { name: "Items" });
    const seen = new Set();
    await until(async () => {
        seen.add(Number(await bar.getAttribute("aria-valuenow")));
        assert.ok(await page.locator("#run-children tbody tr").count() <= 50);
        return seen.has(100);
    }, "all items to be over");
    assert.ok(seen.size >= 3, `only ${[...seen]} was seen`);
    await page.locator("#run-head").getByText("Succeeded").waitFor();
    await page.locator("#run-progress").getByText(/^2,000 items in .* items\/s · 60 failed$/).waitFor();
    assert.equal(await page.evaluate(() => window.stays), true);

    // By the keyboard to the children of one error, and on to the oldest.
    await page.getByRole("link", { name: "Row.TooSmall" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: /^Error Row.TooSmall/ }).waitFor();
    assert.equal(await page.locator("#run-children tbody tr").count(), 50);
    await page.getByRole("link", { name: "Older" }).click();
    await until(async () => await page.locator("#run-children tbody tr").count() === 10, "the ten that failed first");
    assert.equal(await page.getByRole("link", { name: "Older" }).count(), 0);
    assert.deepEqual(page.troubles, []);
    await ended(executionArn);
});

test("its page has names, labels and contrast, and its execution leads to it from the table of iterations", async () => {
    const executionArn = await start(await importing(), { rows: rows.slice(0, 61) });
    await ended(executionArn);
    for (const scheme of ["light", "dark"])
        for (const [name, size] of Object.entries(sizes)) {
            const page = await browser.page({ size, scheme });
            await page.goto(`/console/executions/${executionArn}#iterations`);
            await page.locator("#panel-iterations").getByText(/^61 items in/).waitFor();
            assert.deepEqual(await faultsOf(page), []);
            await page.locator("#panel-iterations").getByRole("link", { name: "Open the map run" }).click();
            await page.getByRole("heading", { level: 1, name: "Rows" }).waitFor();
            assert.deepEqual([...await faultsOf(page), ...page.troubles], []);
            await picture(page, `page-map-run-${name}-${scheme}`, { fullPage: true });
        }
});
