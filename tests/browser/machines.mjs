// Machines for the checks: what a workflow may be, with names and texts that attack pages.
import { call, createMachine } from "./stateside.mjs";

/** Text that runs a script in any page that lets it: it would set window.attacked. */
export const attacks = [
    `<img src=x onerror="window.attacked=1">`,
    `"><script>window.attacked=2</script>`,
    `'-(window.attacked=3)-'`,
    `</script><script>window.attacked=4</script>`,
    `<svg onload=window.attacked=5>`,
    `javascript:window.attacked=6`,
    `{{constructor.constructor('window.attacked=7')()}}`,
    `]]><style>*{display:none}</style>`,
    `\u202Eevil\u202C\u0000\u0007`,
];

/** Runs through Parallel, Map and Choice. */
export const shapes = {
    Comment: "Every kind of group",
    StartAt: "Both",
    States: {
        Both: {
            Type: "Parallel",
            Branches: [
                { StartAt: "Left", States: { Left: { Type: "Pass", Result: "left", End: true } } },
                { StartAt: "Right", States: { Right: { Type: "Pass", Result: "right", End: true } } },
            ],
            ResultPath: "$.both",
            Next: "Each",
        },
        Each: {
            Type: "Map",
            ItemsPath: "$.items",
            ItemProcessor: { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } },
            ResultPath: "$.each",
            Next: "Enough",
        },
        Enough: { Type: "Choice", Choices: [{ Variable: "$.total", NumericGreaterThan: 100, Next: "Done" }], Default: "Small" },
        Small: { Type: "Fail", Error: "Order.TooSmall", Cause: "the total is below 100" },
        Done: { Type: "Succeed" },
    },
};

/** Waits for a worker between two states, so that a test decides when and how it goes on. */
export async function createHeldMachine(name) {
    const { activityArn } = await call("CreateActivity", { name: `${name}-work` });
    const stateMachineArn = await createMachine(name, {
        StartAt: "Prepare",
        States: {
            Prepare: { Type: "Pass", Assign: { "attempt.$": "$.order" }, Next: "Work" },
            Work: { Type: "Task", Resource: activityArn, Next: "Finish" },
            Finish: { Type: "Pass", End: true },
        },
    });
    return { activityArn, stateMachineArn };
}

/** Every text that its author chooses is an attack: comment, state names, conditions, results, errors, labels. */
export function hostile() {
    const [image, script, quote, close, svg, link, template] = attacks;
    // Names in brackets have no escapes.
    const path = `$['${quote.replaceAll("'", "")}']`;
    return {
        Comment: script,
        StartAt: image,
        States: {
            [image]: { Type: "Pass", Comment: close, Result: Object.fromEntries(attacks.map((text, i) => [`${i}${text}`.replaceAll("\u0000", ""), text.replaceAll("\u0000", "")])), Next: svg },
            [svg]: {
                Type: "Choice",
                Choices: [{ And: [{ Variable: path, IsPresent: true }, { Variable: path, StringEquals: script }], Next: link }],
                Default: close.slice(0, 79),
            },
            [link]: { Type: "Succeed" },
            [close.slice(0, 79)]: {
                Type: "Parallel",
                Branches: [{
                    StartAt: template.slice(0, 70),
                    States: { [template.slice(0, 70)]: { Type: "Fail", Error: image, Cause: script } },
                }],
                Catch: [{ ErrorEquals: [script], Next: link }],
                End: true,
            },
        },
    };
}

const end = name => ({ [name]: { Type: "Pass", End: true } });

/** A Map whose second item fails, with a way to go on when it does and two ends that are then never reached. */
export const failingMap = {
    StartAt: "Look",
    States: {
        Look: { Type: "Choice", Choices: [{ Variable: "$.items", IsPresent: true, Next: "Each" }], Default: "Refused" },
        Each: {
            Type: "Map",
            ItemsPath: "$.items",
            ItemProcessor: {
                StartAt: "IsGood",
                States: {
                    IsGood: { Type: "Choice", Choices: [{ Variable: "$", NumericEquals: 2, Next: "Bad" }], Default: "Good" },
                    ...end("Good"),
                    Bad: { Type: "Fail", Error: "Item.Bad", Cause: "it is 2" },
                },
            },
            Catch: [{ ErrorEquals: ["Never.Thrown"], Next: "Refused" }],
            Next: "Finished",
        },
        Refused: { Type: "Fail", Error: "Order.Refused" },
        Finished: { Type: "Succeed" },
    },
};

/** A distributed Map that lets items fail: those below a number do. */
export const tolerant = least => ({
    StartAt: "Rows",
    States: {
        Rows: {
            Type: "Map",
            MaxConcurrency: 40,
            ToleratedFailurePercentage: 100,
            ItemsPath: "$.rows",
            ItemProcessor: {
                ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
                StartAt: "Enough",
                States: {
                    Enough: { Type: "Choice", Choices: [{ Variable: "$", NumericLessThan: least, Next: "TooSmall" }], Default: "Good" },
                    ...end("Good"),
                    TooSmall: { Type: "Fail", Error: "Row.TooSmall" },
                },
            },
            ResultPath: null,
            End: true,
        },
    },
});

/** States one after the other; the last ends. */
export function chain(count) {
    const states = {};
    for (let i = 1; i <= count; i++)
        states[`Step ${i}`] = { Type: "Pass", ...(i < count ? { Next: `Step ${i + 1}` } : { End: true }) };
    return { StartAt: "Step 1", States: states };
}

/** 69 states: six parts, each a Choice, three ways of three Passes and what brings them together; the fifth part fails. */
export function large() {
    const states = {};
    for (let part = 1; part <= 6; part++) {
        const next = part < 6 ? `Choose ${part + 1}` : "All done";
        states[`Choose ${part}`] = {
            Type: "Choice",
            Choices: [{ Variable: "$.way", NumericEquals: 2, Next: `Part ${part} way 2 first` }, { Variable: "$.way", NumericEquals: 3, Next: `Part ${part} way 3 first` }],
            Default: `Part ${part} way 1 first`,
        };
        for (let way = 1; way <= 3; way++) {
            states[`Part ${part} way ${way} first`] = { Type: "Pass", Next: `Part ${part} way ${way} second` };
            states[`Part ${part} way ${way} second`] = { Type: "Pass", Next: `Part ${part} way ${way} third` };
            states[`Part ${part} way ${way} third`] = part === 5 && way === 2
                ? { Type: "Fail", Error: "Part.Broken", Cause: "the fifth part" }
                : { Type: "Pass", Next: `Together ${part}` };
        }
        states[`Together ${part}`] = { Type: "Pass", Next: next };
    }
    states["All done"] = { Type: "Pass", Next: "Say so" };
    states["Say so"] = { Type: "Pass", Next: "The end" };
    states["The end"] = { Type: "Succeed" };
    return { StartAt: "Choose 1", States: states };
}
