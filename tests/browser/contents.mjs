// Things in the tables, buckets and queues of the project, put there as the console puts them, and the addresses of the pages that show them.
import { url } from "./stateside.mjs";

/** Asks the console for a change; gives its answer. */
export async function change(path, body) {
    const response = await fetch(`${url}/console/data/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Stateside-Console": "1", Accept: "application/json" },
        body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok)
        throw new Error(`${path}: ${answer.message}`);
    return answer;
}

const line = number => ({ sku: `85123A-${number}`, description: "WHITE HANGING HEART T-LIGHT HOLDER", quantity: number, unitPrice: 2.55 });

/** Fills each kind; gives the addresses of all pages by their names. */
export async function contents() {
    const item = await change("tables/OrdersTable/put", { item: JSON.stringify({ id: "browser-1", status: "INVOICED", lines: [line(6), line(8)], note: null }) });
    const typed = await change("tables/OrdersTable/put", { item: JSON.stringify({ id: { S: "browser-2" }, tags: { SS: ["gift", "express"] }, total: { N: "166.94" } }) });
    for (let i = 0; i < 60; i++)
        await change("tables/OrdersTable/put", { item: JSON.stringify({ id: `browser-many-${i}`, total: i * 1.5, lines: [line(i)] }) });
    const text = await change("buckets/InvoiceBucket/put", { key: "browser/2026/INV-536365.json", text: JSON.stringify({ number: "INV-536365", lines: [line(6)], net: 139.12 }) });
    await change("buckets/InvoiceBucket/put", { key: "browser/readme.txt", text: "Invoices by year\n" });
    const binary = await change("buckets/InvoiceBucket/put", { key: `browser/${"a-long-name-".repeat(12)}.png`, file: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" });
    await change("queues/Picking/send", { body: JSON.stringify({ orderId: "browser-1", lines: [line(6), line(8)] }), attributes: JSON.stringify({ kind: { DataType: "String", StringValue: "new" } }) });
    await change("queues/Picking/send", { body: "not before tomorrow", delay: "900" });
    await change("queues/Packing/send", { body: "one parcel", group: "browser-1", deduplication: `${Date.now()}` });
    const queue = await (await fetch(`${url}/console/data/queues/Picking`)).text();
    return {
        contents: "/console/data",
        table: "/console/data/tables/OrdersTable",
        item: item.link,
        typed: typed.link,
        put: "/console/data/tables/OrdersTable/put",
        bucket: "/console/data/buckets/InvoiceBucket?prefix=browser%2F",
        object: text.link,
        binary: binary.link,
        upload: "/console/data/buckets/InvoiceBucket/put",
        queue: "/console/data/queues/Picking",
        fifo: "/console/data/queues/Packing",
        message: queue.match(/\/console\/data\/queues\/Picking\/message\?number=\d+/)[0],
        send: "/console/data/queues/Picking/send",
        group: "/console/data/queues/Packing/send",
        topic: "/console/data/topics/News",
        publish: "/console/data/topics/News/publish",
    };
}
