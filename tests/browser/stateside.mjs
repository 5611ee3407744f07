// A browser on the console of a running Stateside, and its API as any client calls it.
import { join } from "node:path";
import { chromium } from "playwright-core";

export const url = process.env.STATESIDE_URL;
export const account = "123456789012";
export const machineArn = name => `arn:aws:states:us-east-1:${account}:stateMachine:${name}`;

/** Calls an operation of the API; throws where it is refused. */
export async function call(operation, request) {
    const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AWSStepFunctions.${operation}` },
        body: JSON.stringify(request),
    });
    const body = await response.json();
    if (!response.ok)
        throw new Error(`${operation}: ${body.__type} ${body.message}`);
    return body;
}

/** Makes a machine of a definition; gives its ARN. */
export async function createMachine(name, definition) {
    const { stateMachineArn } = await call("CreateStateMachine", {
        name, definition: JSON.stringify(definition), roleArn: `arn:aws:iam::${account}:role/browser`,
    });
    return stateMachineArn;
}

/** Starts an execution; gives its ARN. */
export async function start(stateMachineArn, input = {}, name = undefined) {
    return (await call("StartExecution", { stateMachineArn, name, input: JSON.stringify(input) })).executionArn;
}

/** Asks until a condition holds; gives what it was. */
export async function until(look, what, seconds = 60) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const seen = await look();
        if (seen)
            return seen;
        if (Date.now() > end)
            throw new Error(`waited ${seconds} s for ${what}`);
        await new Promise(resolve => setTimeout(resolve, 20));
    }
}

/** Waits until an execution has ended; gives its description. */
export function ended(executionArn) {
    return until(async () => {
        const execution = await call("DescribeExecution", { executionArn });
        return execution.status === "RUNNING" ? null : execution;
    }, `the end of ${executionArn}`);
}

/** Waits for an activity's task as its worker does. */
export async function takeTask(activityArn) {
    return until(async () => {
        const task = await call("GetActivityTask", { activityArn });
        return task.taskToken ? task : null;
    }, `a task of ${activityArn}`);
}

export const sizes = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };

export async function openBrowser() {
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM,
        args: [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
        ],
    });
    return {
        browser,

        /** A page that remembers what went wrong in it: exceptions, errors on the console, refusals by the content security policy. */
        async page({ size = sizes.desktop, scheme = "light", ...options } = {}) {
            const context = await browser.newContext({
                viewport: size, colorScheme: scheme, reducedMotion: "reduce", baseURL: url,
                permissions: ["clipboard-read", "clipboard-write"], ...options,
            });
            context.setDefaultTimeout(30_000);
            const page = await context.newPage();
            page.troubles = [];
            page.on("pageerror", error => page.troubles.push(`exception: ${error.message}`));
            page.on("console", message => {
                if (message.type() === "error")
                    page.troubles.push(`console: ${message.text()} (${message.location().url})`);
            });
            page.on("dialog", dialog => {
                page.troubles.push(`dialog: ${dialog.message()}`);
                dialog.dismiss();
            });
            page.on("request", request => {
                if (!request.url().startsWith(url) && !/^(data|blob|about):/.test(request.url()))
                    page.troubles.push(`foreign request: ${request.url()}`);
            });
            return page;
        },

        async close() {
            await browser.close();
        },
    };
}

/** Keeps a picture of a page among the artifacts. */
export function picture(page, name, options = {}) {
    return page.screenshot({ path: join(process.env.ARTIFACTS, `${name}.png`), ...options });
}
