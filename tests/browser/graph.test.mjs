// The graph on the pages of machines and executions: its colors tell the truth, it can be read, and one finds one's way in it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createMachine, ended, machineArn, openBrowser, picture, start, until } from "./stateside.mjs";
import { chain, failingMap, large, shapes, tolerant } from "./machines.mjs";
import { faultsOf } from "./accessibility.mjs";

let browser;
const runs = {};
const size = { width: 1440, height: 900 };
before(async () => {
    browser = await openBrowser();
    const run = async (name, definition, input) => {
        runs[name] = await start(await createMachine(name, definition), input);
        await ended(runs[name]);
    };
    await run("GraphFails", failingMap, { items: [1, 2, 3] });
    await run("GraphTolerates", tolerant(22), { rows: Array.from({ length: 200 }, (_, i) => i) });
    await run("GraphLarge", large(), { way: 2 });
    await run("GraphChain", chain(1000), {});
    await run("GraphGroups", shapes, { items: [1, 2, 3], total: 200 });
    runs.order = await start(machineArn("OrderIntake"), JSON.parse(await readFile(join(process.env.PROJECT, "samples", "orders", "good.json"), "utf8")));
    await ended(runs.order);
});
after(() => browser.close());

async function open(name, options = {}) {
    const page = await browser.page({ size, ...options });
    await page.goto(`/console/executions/${runs[name]}`);
    await page.locator("#panel-body .visit").waitFor();
    return page;
}

const state = (page, name) => page.locator(`[data-graph] .state[data-state="${name}"]`);

/** What a part of a state looks like. */
const look = (page, name, part = ".box") => state(page, name).evaluate((element, selector) => {
    const { fill, stroke, strokeWidth } = getComputedStyle(element.querySelector(`:scope > ${selector}`));
    return { fill, stroke, strokeWidth };
}, part);

/** The color that a token of the style sheet stands for. */
const token = (page, name) => page.evaluate(token => {
    const probe = document.createElement("i");
    probe.style.color = `var(${token})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
}, name);

test("a failed Map that is selected is red, and what marks the selection stands outside of it", async () => {
    const page = await open("GraphFails");
    await state(page, "Each").locator(".name").first().click();
    await page.locator("#panel-title").getByText("Each", { exact: true }).waitFor();
    assert.match(await state(page, "Each").getAttribute("class"), /is-failed.*is-selected|is-selected.*is-failed/);
    assert.equal((await look(page, "Each")).stroke, await token(page, "--failed"));
    const [box, ring] = [await state(page, "Each").locator("> .box").boundingBox(), await state(page, "Each").locator("> .ring").boundingBox()];
    assert.ok(ring.x < box.x && ring.y < box.y && ring.width > box.width && ring.height > box.height);
    assert.notEqual((await look(page, "Each", ".ring")).stroke, "none");
    assert.deepEqual(page.troubles, []);
});

test("groups are filled by how they stand", async () => {
    const page = await open("GraphFails");
    const failed = await look(page, "Each");
    const band = await look(page, "Each", ".band");
    const good = await open("GraphGroups");
    const succeeded = await look(good, "Each");
    assert.equal(band.fill, await token(page, "--failed-soft"));
    assert.equal(new Set([failed.fill, succeeded.fill, await token(page, "--surface"), await token(page, "--ground")]).size, 4);
});

test("Fail and Succeed states that were never visited look like any state that was not", async () => {
    const page = await open("GraphFails");
    const fail = await look(page, "Refused");
    assert.deepEqual(await look(page, "Finished"), fail);
    assert.equal(fail.stroke, await token(page, "--line"));
    assert.deepEqual(await look(page, "Refused", ".icon rect"), await look(page, "Finished", ".icon rect"));
});

test("a distributed Map that some items of failed in says so in its color and in figures", async () => {
    const page = await open("GraphTolerates");
    const badge = state(page, "Rows").locator("> .badge text");
    await until(async () => await badge.textContent() === "178 ✓ 22 ✗", "the badge of the Map");
    assert.notEqual((await look(page, "Rows")).stroke, await token(page, "--succeeded"));
    assert.notEqual((await look(page, "Rows", ".badge rect")).fill, await token(page, "--succeeded"));

    // What ran in its children is not in this history, so nobody can say that it was not taken.
    assert.equal((await look(page, "Enough")).stroke, await token(page, "--line-strong"));
});

test("a catcher that was not taken is paler than the way taken", async () => {
    const page = await open("GraphFails");
    const stroke = selector => page.locator(selector).first().evaluate(line => getComputedStyle(line).stroke);
    const caught = await stroke(".edge-catch:not(.is-taken) .line");
    assert.equal(caught, await token(page, "--line"));
    assert.notEqual(await stroke(".edge.is-taken .line"), caught);
});

/** The least size of text in the drawing as it is on the screen, and where the chosen state stands in the frame. */
const seen = page => page.evaluate(() => {
    const view = document.getElementById("graph");
    const svg = view.querySelector("svg.state-graph");
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const sizes = [...svg.querySelectorAll("text")].map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
    const [box, frame] = [svg.querySelector(".is-selected > .box").getBoundingClientRect(), view.getBoundingClientRect()];
    return {
        least: Math.min(...sizes),
        name: svg.querySelector(".is-selected").dataset.state,
        above: Math.abs(box.top + box.height / 2 - frame.top - frame.height / 2),
        isInside: box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom,
    };
});

test("an execution opens so that its graph can be read, at what failed", async () => {
    for (const name of ["order", "GraphLarge", "GraphChain", "GraphGroups"]) {
        const page = await open(name);
        await page.locator("#graph .is-selected").waitFor();
        const { least, isInside } = await seen(page);
        assert.ok(least >= 11, `${name} has text of ${least} px`);
        assert.ok(isInside, `${name} does not show what the panel is about`);
        await picture(page, `graph-${name}`);
    }
    const page = await open("GraphLarge");
    const { name, above } = await seen(page);
    assert.equal(name, "Part 5 way 2 third");
    assert.ok(above < 40, `it stands ${above} px from the middle`);
});

test("Fit shows the whole drawing, and 100% goes back", async () => {
    for (const name of ["GraphLarge", "GraphChain", "order"]) {
        const page = await open(name);
        await page.getByRole("button", { name: "Fit" }).click();
        const [view, svg] = [page.locator("#graph"), page.locator("#graph svg.state-graph")];
        const [frame, drawing] = [await view.boundingBox(), await svg.boundingBox()];
        assert.ok(drawing.x >= frame.x && drawing.y >= frame.y && drawing.x + drawing.width <= frame.x + frame.width && drawing.y + drawing.height <= frame.y + frame.height, name);
        await page.getByRole("button", { name: "100%" }).click();
        assert.equal(await svg.evaluate(element => element.getBoundingClientRect().width), await svg.evaluate(element => element.viewBox.baseVal.width));
    }
});

test("a chain of a thousand states goes on in further columns", async () => {
    const page = await open("GraphChain");
    const { width, height } = await page.locator("#graph svg.state-graph").evaluate(svg => ({ width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height }));
    assert.ok(height < 8_000 && width < 12_000, `${width} × ${height}`);
});

test("the graph takes the whole window with its panel and gives it back, by the keyboard alone", async () => {
    const page = await open("GraphLarge");
    await page.getByRole("button", { name: "Full screen" }).focus();
    await page.keyboard.press("Enter");
    await until(async () => (await page.locator(".watch").boundingBox()).height === await page.evaluate(() => innerHeight), "the whole window");
    assert.equal(await page.locator("#execution-head").evaluate(head => head.inert), true);
    assert.ok((await page.locator(".panel").boundingBox()).height > 700);
    assert.deepEqual(await faultsOf(page).then(faults => faults.filter(fault => !fault.includes("h1"))), []);
    await picture(page, "graph-full");
    await page.keyboard.press("Escape");
    await until(async () => (await page.locator(".watch").boundingBox()).height < 800, "the page again");
    assert.equal(await page.locator("#execution-head").evaluate(head => head.inert), false);
    assert.deepEqual(page.troubles, []);
});

test("/ finds a state, Enter picks it and Escape goes back to the graph", async () => {
    const page = await open("GraphLarge");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Find a state");
    await page.keyboard.type("way 3 second");
    const said = page.locator("[data-found]");
    assert.equal(await said.textContent(), "1 of 6");
    await page.keyboard.press("ArrowDown");
    assert.equal(await said.textContent(), "2 of 6");
    await page.keyboard.press("Enter");
    await page.locator("#panel-title").getByText("Part 2 way 3 second").waitFor();
    assert.ok((await seen(page)).isInside);
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.closest("[data-state]")?.dataset.state), "Part 2 way 3 second");
    await page.keyboard.press("/");
    await page.keyboard.type("nowhere");
    assert.equal(await said.textContent(), "No such state");
    assert.deepEqual(page.troubles, []);
});

test("the line between graph and panel moves with the arrows and stays where it was put", async () => {
    const page = await open("GraphLarge");
    const line = page.getByRole("separator", { name: "Width of the graph" });
    const before = (await page.locator(".graph-card").boundingBox()).width;
    await line.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const after = (await page.locator(".graph-card").boundingBox()).width;
    assert.ok(after > before + 50);
    assert.equal(await line.getAttribute("aria-valuenow"), "63");
    await page.reload();
    await page.locator("#panel-body .visit").waitFor();
    assert.equal((await page.locator(".graph-card").boundingBox()).width, after);
});

test("a drawing that is larger than its frame has a small picture of itself that moves it", async () => {
    const page = await open("GraphLarge");
    const small = page.locator(".minimap");
    await small.waitFor();
    assert.equal(await small.locator("rect.is-failed").count(), 1);
    const box = await small.boundingBox();
    await page.mouse.click(box.x + box.width / 2, box.y + 6);
    await until(async () => await page.locator("#graph").evaluate(view => view.scrollTop) < 200, "the upper end");
    await page.getByRole("button", { name: "Fit" }).click();
    await until(async () => !await small.isVisible(), "nothing to be out of sight");
});

test("a group folds and unfolds by the keyboard, keeps its color, and is found by what is inside", async () => {
    const page = await open("GraphFails");
    await state(page, "Each").focus();
    await page.keyboard.press("Tab");
    const fold = page.getByRole("button", { name: "What is inside Each" });
    if (!await fold.evaluate(button => button === document.activeElement)) await fold.focus();
    const height = () => page.locator("#graph svg.state-graph").evaluate(svg => svg.viewBox.baseVal.height);
    const before = await height();
    await page.keyboard.press("Enter");
    await until(async () => await height() < before - 100, "a smaller drawing");
    assert.equal(await state(page, "Bad").count(), 0);
    assert.match(await state(page, "Each").getAttribute("class"), /is-failed/);
    assert.equal(await fold.getAttribute("aria-expanded"), "false");
    assert.ok(await fold.evaluate(button => button === document.activeElement));
    await picture(page, "graph-folded");
    await page.keyboard.press("/");
    await page.keyboard.type("isgood");
    assert.match(await state(page, "Each").getAttribute("class"), /is-found/);
    await page.keyboard.press("Escape");
    await fold.click();
    await state(page, "Bad").waitFor();
    assert.match(await state(page, "Bad").getAttribute("class"), /is-failed/);
    assert.deepEqual([...await faultsOf(page), ...page.troubles], []);
});

test("a machine's drawing has nothing dimmed, folds too, and is read as it opens", async () => {
    const page = await browser.page({ size });
    for (const path of ["", "/definition"]) {
        await page.goto(`/console/machines/${machineArn("GraphGroups")}${path}`);
        await page.getByRole("button", { name: "What is inside Each" }).click();
        await until(async () => await state(page, "Item").count() === 0, "the inside to be gone");
        assert.equal((await look(page, "Done")).stroke, await token(page, "--line-strong"));
        const sizes = await page.locator("#graph").evaluate(view => {
            const svg = view.querySelector("svg.state-graph");
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return [...svg.querySelectorAll("text")].map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
        });
        assert.ok(Math.min(...sizes) >= 11);
    }
    assert.deepEqual(page.troubles, []);
});
