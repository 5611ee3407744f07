// What a page must have so that everybody can use it: names, labels, order, contrast. Runs in the page and gives what is wrong.

/** Checks the page as it stands; gives a list of faults, each with the element. */
export function faultsOf(page) {
    return page.evaluate(() => {
        const faults = [];
        const say = (fault, element) => faults.push(`${fault}: ${element.cloneNode(false).outerHTML.slice(0, 160)} "${(element.textContent ?? "").trim().slice(0, 40)}"`);
        const isShown = element => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !element.closest("[aria-hidden=true]");
        const textOf = element => element.textContent.trim();
        const nameOf = element => element.getAttribute("aria-label")?.trim()
            || (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).map(id => id && document.getElementById(id)).filter(Boolean).map(textOf).join(" ")
            || [...element.labels ?? []].map(textOf).join(" ")
            || textOf(element)
            || [...element.querySelectorAll("img[alt], svg title")].map(child => child.getAttribute("alt") ?? textOf(child)).join(" ")
            || element.getAttribute("title")?.trim() || "";

        // The document.
        if (!document.documentElement.lang) faults.push("the document says no language");
        if (!document.title.trim()) faults.push("the document has no title");
        if (document.querySelectorAll("main").length !== 1) faults.push("there is not one main");
        if ([...document.querySelectorAll("h1")].filter(isShown).length !== 1) faults.push("there is not one h1");
        let level = 0;
        for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
            if (!isShown(heading)) continue;
            const own = Number(heading.tagName[1]);
            if (own > level + 1) say(`a heading of level ${own} after one of level ${level}`, heading);
            level = own;
        }
        const ids = new Set();
        for (const element of document.querySelectorAll("[id]")) {
            if (ids.has(element.id)) say("an id stands twice", element);
            ids.add(element.id);
        }

        // Names and references.
        const roles = "button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=link], [role=checkbox], [role=menuitem], [role=option], [role=combobox], [tabindex='0']";
        for (const element of document.querySelectorAll(roles)) {
            if (!isShown(element)) continue;
            if (!nameOf(element)) say("no name", element);
            if (/^(input|select|textarea)$/i.test(element.tagName) && !element.labels?.length && !element.getAttribute("aria-label") && !element.getAttribute("aria-labelledby")) say("a field without label", element);
        }
        for (const image of document.querySelectorAll("img"))
            if (!image.hasAttribute("alt")) say("an image without alt", image);
        for (const svg of document.querySelectorAll("svg"))
            if (isShown(svg) && !svg.closest("button, a, [aria-hidden=true]") && svg.getAttribute("aria-hidden") !== "true" && !nameOf(svg) && svg.getAttribute("role") !== "presentation") say("a drawing without name", svg);
        for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
            for (const element of document.querySelectorAll(`[${attribute}]`))
                for (const id of element.getAttribute(attribute).split(/\s+/))
                    if (id && !document.getElementById(id)) say(`${attribute} names ${id}, which is not there`, element);
        for (const table of document.querySelectorAll("table, [role=table], [role=grid]"))
            if (isShown(table) && !table.querySelector("th, [role=columnheader]")) say("a table without headers", table);
        for (const element of document.querySelectorAll("[role=tab]"))
            if (!element.closest("[role=tablist]")) say("a tab outside a tablist", element);
        for (const element of document.querySelectorAll("[tabindex]"))
            if (element.tabIndex > 0) say("a tabindex above 0", element);

        // Contrast, WCAG 2.1 AA: 4.5 for text, 3 for large text.
        const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const colorOf = css => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = "rgba(0,0,0,0)";
            canvas.fillStyle = css;
            canvas.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
            return [r, g, b, a / 255];
        };
        const over = (top, bottom) => [0, 1, 2].map(i => top[i] * top[3] + bottom[i] * (1 - top[3])).concat(1);
        const luminance = color => color.slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const backgroundOf = element => {
            const layers = [];
            for (let at = element; at; at = at.parentElement) {
                const style = getComputedStyle(at);
                if (style.backgroundImage !== "none") return null;
                const color = colorOf(style.backgroundColor);
                layers.push(color);
                if (color[3] === 1) break;
            }
            return layers.reduceRight((bottom, top) => over(top, bottom), [255, 255, 255, 1]);
        };
        // In a drawing text stands on the last filled shape that was drawn under it.
        const shapeUnder = text => {
            const box = text.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            const under = [...text.ownerSVGElement.querySelectorAll("rect, circle, ellipse, path, polygon")].filter(shape => {
                if (shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING) return false;
                const fill = getComputedStyle(shape).fill;
                const area = shape.getBoundingClientRect();
                return fill !== "none" && colorOf(fill)[3] > 0 && isShown(shape) && area.left <= x && x <= area.right && area.top <= y && y <= area.bottom;
            });
            return under.reduce((bottom, shape) => {
                const color = colorOf(getComputedStyle(shape).fill);
                return over([...color.slice(0, 3), color[3] * Number(getComputedStyle(shape).fillOpacity)], bottom);
            }, backgroundOf(text.ownerSVGElement.parentElement) ?? [255, 255, 255, 1]);
        };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const seen = new Set();
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement;
            if (!node.data.trim() || seen.has(element) || !isShown(element) || element.closest("script, style, title, noscript, :disabled")) continue;
            seen.add(element);
            const box = element.getBoundingClientRect();
            if (box.width < 2 || box.height < 2) continue;
            const style = getComputedStyle(element);
            const isDrawn = element instanceof SVGElement;
            const background = isDrawn ? shapeUnder(element.closest("text") ?? element) : backgroundOf(element);
            if (!background) continue;
            const own = colorOf(isDrawn ? style.fill : style.color);
            if (own[3] === 0 && element.matches("textarea")) continue; // Its text is shown by what lies under it, and looked at there.
            const color = over(own, background);
            const [light, dark] = [luminance(color), luminance(background)].sort((a, b) => b - a);
            const ratio = (light + 0.05) / (dark + 0.05);
            const size = parseFloat(style.fontSize);
            const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
            if (ratio < least - 0.01) say(`contrast ${ratio.toFixed(2)} below ${least}`, element);
        }

        // Nothing sticks out of the page sideways.
        if (document.documentElement.scrollWidth > innerWidth + 1) {
            const wide = [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && isShown(e));
            faults.push(`the page is ${document.documentElement.scrollWidth} wide at a width of ${innerWidth}: ${wide[0]?.cloneNode(false).outerHTML.slice(0, 120)}`);
        }

        return faults;
    });
}
