// Runs one Node.js handler over Lambda's runtime API, as the managed runtime does.
// See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");
const { pathToFileURL } = require("url");
const { format } = require("util");

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const root = process.env.STATESIDE_RUNTIME_API_PATH + "/2018-06-01/runtime/";
delete process.env.STATESIDE_RUNTIME_API_PATH;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId = "";

// The input ends when Stateside does, however it ended.
process.stdin.on("end", () => process.exit(0)).resume();
process.on("SIGINT", () => {});
process.stderr.write = process.stdout.write.bind(process.stdout);
for (const [method, level] of Object.entries({ log: "INFO", info: "INFO", debug: "DEBUG", warn: "WARN", error: "ERROR", trace: "TRACE" }))
  console[method] = (...words) => process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${format(...words)}\n`);

const call = (method, where, body) => new Promise((resolve, reject) => {
  const headers = body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  const request = http.request({ host, port, method, agent, headers, path: root + where }, (response) => {
    const parts = [];
    response.on("data", (part) => parts.push(part));
    response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }));
    response.on("error", reject);
  });
  request.on("error", reject);
  request.end(body);
});

class HandlerError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

const describe = (error) => JSON.stringify(error instanceof Error
  ? { errorType: error.name, errorMessage: error.message, trace: (error.stack || "").split("\n") }
  : { errorType: typeof error, errorMessage: String(error), trace: [] });

async function load(name) {
  const folder = path.join(process.env.LAMBDA_TASK_ROOT, path.dirname(name));
  const [, file, names] = /^([^.]*)\.(.+)$/.exec(path.basename(name)) || [];
  if (!file) throw new HandlerError("Runtime.MalformedHandlerName", "Bad handler");
  const found = ["", ".js", ".mjs", ".cjs"].map((extension) => path.join(folder, file + extension))
    .find((each) => fs.existsSync(each) && fs.statSync(each).isFile());
  if (!found) throw new HandlerError("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(found).href).catch((error) => {
    if (error instanceof SyntaxError) throw new HandlerError("Runtime.UserCodeSyntaxError", String(error));
    if (/MODULE_NOT_FOUND$/.test(error?.code)) throw new HandlerError("Runtime.ImportModuleError", String(error));
    throw error;
  });
  const from = (root) => names.split(".").reduce((at, each) => at && at[each], root);
  const handler = from(module) || from(module.default);
  if (handler === undefined) throw new HandlerError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw new HandlerError("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler;
}

// Awaited, so that whoever hears of the result has the log whole.
const markEnd = () => new Promise((resolve) => process.stdout.write(`\u0001stateside-end ${requestId}\n`, resolve));

async function post(outcome, body) {
  await markEnd();
  await call("POST", `invocation/${requestId}/${outcome}`, body);
}

async function fail(error) {
  console.error("Uncaught Exception\t" + describe(error));
  if (requestId) await post("error", describe(error));
  else await call("POST", "init/error", describe(error));
  process.exit(129);
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", (reason) =>
  fail(new HandlerError("Runtime.UnhandledPromiseRejection", reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason))));

function contextOf(headers, callback) {
  const client = headers["lambda-runtime-client-context"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: client && JSON.parse(client),
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, Number(headers["lambda-runtime-deadline-ms"]) - Date.now()),
    done: callback,
    fail: (error) => callback(error),
    succeed: (result) => callback(null, result),
  };
}

const run = (handler, event, headers) => new Promise((resolve, reject) => {
  const callback = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
  const returned = handler(event, contextOf(headers, callback), callback);
  if (returned && typeof returned.then === "function") returned.then(resolve, reject);
  else if (handler.length < 3 && returned !== undefined) resolve(returned);
});

async function main() {
  const handler = await load(process.env._HANDLER);
  while (true) {
    requestId = "";
    const next = await call("GET", "invocation/next");
    requestId = next.headers["lambda-runtime-aws-request-id"];
    process.env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"] || "";
    let outcome = "response", body;
    try {
      body = JSON.stringify(await run(handler, JSON.parse(next.body), next.headers)) ?? "null";
    } catch (error) {
      outcome = "error";
      body = describe(error);
      console.error("Invoke Error\t" + body);
    }
    await post(outcome, body);
  }
}

main().catch(fail);
