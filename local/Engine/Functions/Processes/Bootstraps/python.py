"""Runs one Python handler over Lambda's runtime API, as the managed runtime does.
See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html."""
import http.client
import importlib
import json
import logging
import os
import signal
import sys
import threading
import time
import traceback
import types

ROOT = "/2018-06-01/runtime/"


class HandlerError(Exception):
    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.trace = list(trace)


class Context:
    function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
    log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])
        self.identity = types.SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        client = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = None
        if client:
            given = json.loads(client)
            self.client_context = types.SimpleNamespace(
                client=types.SimpleNamespace(**given.get("client", {})), custom=given.get("custom"), env=given.get("env"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


class LogHandler(logging.Handler):
    request_id = ""

    def emit(self, record):
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        sys.stdout.write("[%s]\t%s.%03dZ\t%s\t%s\n" % (record.levelname, when, record.msecs, LogHandler.request_id, self.format(record)))


def load(name):
    if "." not in name:
        raise HandlerError("Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    module_name, function_name = name.rsplit(".", 1)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise HandlerError("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)) from error
    except SyntaxError as error:
        place = "  File \"%s\" Line %s\n    %s" % (error.filename, error.lineno, error.text)
        raise HandlerError("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), [place]) from error
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise HandlerError("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name)) from None


def describe(error, request_id, frames):
    known = isinstance(error, HandlerError)
    return {
        "errorMessage": str(error),
        "errorType": error.error_type if known else type(error).__name__,
        "requestId": request_id,
        "stackTrace": error.trace if known else traceback.format_list(frames),
    }


def end_with_input():
    # The input ends when Stateside does, however it ended.
    while os.read(0, 4096):
        pass
    os._exit(0)


def main():
    os.dup2(1, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_input, daemon=True).start()
    logging.getLogger().addHandler(LogHandler())
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    root = os.environ.pop("STATESIDE_RUNTIME_API_PATH") + ROOT

    def call(method, path, body=None):
        api.request(method, root + path, body, {"Content-Type": "application/json"} if body else {})
        response = api.getresponse()
        return response.headers, response.read()

    def to_json(value):
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")

    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        details = describe(error, "", traceback.extract_tb(error.__traceback__)[1:])
        print("[ERROR] %(errorType)s: %(errorMessage)s" % details, flush=True)
        call("POST", "init/error", to_json(details))
        sys.exit(1)

    while True:
        headers, event = call("GET", "invocation/next")
        request_id = LogHandler.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        try:
            result = handler(json.loads(event), Context(headers))
            outcome = "response"
            try:
                body = to_json(result)
            except (TypeError, ValueError) as error:
                raise HandlerError("Runtime.MarshalError", "Unable to marshal response: %s" % error) from error
        except Exception as error:
            outcome = "error"
            details = describe(error, request_id, traceback.extract_tb(error.__traceback__)[1:])
            body = to_json(details)
            print("[ERROR] %(errorType)s: %(errorMessage)s" % details)
            sys.stdout.write("".join(details["stackTrace"]))
        sys.stdout.flush()
        os.write(1, ("\x01stateside-end %s\n" % request_id).encode())
        call("POST", "invocation/%s/%s" % (request_id, outcome), body)


main()
