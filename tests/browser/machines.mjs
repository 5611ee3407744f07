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
