namespace Stateside.Language.Graph;

/// <summary>The colors and lines of drawings.</summary>
internal static class GraphStyle
{
    /// <summary>
    /// The style sheet, for a page that embeds drawings to serve in a file of its own. Colors go by the reader's light or dark scheme;
    /// a page sets them by variables of the same names that begin with <c>--graph-</c>: surface, page, text, muted, line, edge, accent,
    /// good, bad, warn.
    /// </summary>
    public const string Css =
        """
        .state-graph{--s:var(--graph-surface,#fff);--p:var(--graph-page,#f8fafc);--t:var(--graph-text,#111827);--m:var(--graph-muted,#4b5563);
        --l:var(--graph-line,#94a3b8);--e:var(--graph-edge,#64748b);--a:var(--graph-accent,#1d4ed8);--g:var(--graph-good,#15803d);
        --b:var(--graph-bad,#b91c1c);--w:var(--graph-warn,#b45309);font-family:"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
        @media (prefers-color-scheme:dark){.state-graph{--s:var(--graph-surface,#1e2530);--p:var(--graph-page,#12161d);--t:var(--graph-text,#f1f5f9);
        --m:var(--graph-muted,#a8b3c4);--l:var(--graph-line,#56637a);--e:var(--graph-edge,#8b99ae);--a:var(--graph-accent,#7aa2ff);
        --g:var(--graph-good,#4ade80);--b:var(--graph-bad,#f87171);--w:var(--graph-warn,#fbbf24)}}
        .state-graph text{fill:var(--t)}
        .state-graph .page{fill:var(--p)}
        .state-graph .box{fill:var(--s);stroke:var(--l);stroke-width:1.2}
        .state-graph .is-group>.box{fill:var(--p)}
        .state-graph .branch{fill:none;stroke:var(--l);stroke-width:1;stroke-dasharray:2 3}
        .state-graph .name{font-size:13px;font-weight:600}
        .state-graph .detail{font-size:12px;fill:var(--m)}
        .state-graph .icon rect{fill:#475569}
        .state-graph .icon path{fill:none;stroke:#fff;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
        .state-graph .state-task>.icon rect{fill:#c2410c}
        .state-graph .state-task>.icon-data rect{fill:#4338ca}
        .state-graph .state-task>.icon-storage rect{fill:#4d7c0f}
        .state-graph .state-task>.icon-messages rect{fill:#be185d}
        .state-graph .state-task>.icon-flow rect{fill:#86198f}
        .state-graph .state-task>.icon-web rect,.state-graph .state-task>.icon-insight rect{fill:#0f766e}
        .state-graph .state-task>.icon-secrets rect,.state-graph .state-task>.icon-people rect{fill:#57534e}
        .state-graph .state-choice>.icon rect{fill:#7c3aed}
        .state-graph .state-wait>.icon rect{fill:#0e7490}
        .state-graph .state-parallel>.icon rect,.state-graph .state-map>.icon rect{fill:#1d4ed8}
        .state-graph .state-missing>.icon rect{fill:#b91c1c}
        .state-graph .state-missing>.box{stroke:var(--b)}
        .state-graph .band{fill:var(--s)}
        .state-graph .state-missing>.box,.state-graph .is-unreachable>.box{stroke-dasharray:5 4}
        .state-graph .marker rect{fill:var(--m)}
        .state-graph .marker text{fill:var(--p);font-size:11px;font-weight:600;text-anchor:middle}
        .state-graph .line{fill:none;stroke:var(--e);stroke-width:1.4}
        .state-graph .arrow{fill:var(--e)}
        .state-graph .edge-catch .line{stroke-dasharray:5 4}
        .state-graph .label rect{fill:var(--p)}
        .state-graph .label text{font-size:12px;fill:var(--m);text-anchor:middle}
        .state-graph .retry path{fill:none;stroke:var(--m);stroke-width:1.3}
        .state-graph .retry text{font-size:11px;fill:var(--m)}
        .state-graph .badge rect{fill:var(--a)}
        .state-graph .badge text{fill:var(--s);font-size:11px;font-weight:600;text-anchor:middle}
        .state-graph .state[tabindex]{cursor:pointer;outline:none}
        .state-graph .state[tabindex]:hover>.ring{stroke:var(--l)}
        .state-graph .fold{cursor:pointer;outline:none}
        .state-graph .fold rect{fill:var(--s);stroke:var(--l)}
        .state-graph .fold path{fill:none;stroke:var(--t);stroke-width:1.6}
        .state-graph .fold:hover rect,.state-graph .fold:focus-visible rect{stroke:var(--t);stroke-width:2}
        .state-graph .is-folded>.box{stroke-dasharray:7 2}
        .state-graph .ring{fill:none;stroke:none;stroke-width:2.5}
        .state-graph .state:focus-visible>.ring,.state-graph .is-found>.ring{stroke:var(--a)}
        .state-graph .is-selected>.ring{stroke:var(--t)}
        .state-graph .is-running>.box{stroke:var(--a);stroke-width:2.5}
        .state-graph .is-succeeded>.box,.state-graph .is-covered>.box{stroke:var(--g);stroke-width:2.5}
        .state-graph .is-failed>.box,.state-graph .is-uncovered>.box{stroke:var(--b);stroke-width:2.5}
        .state-graph .is-caught>.box,.state-graph .is-partly>.box{stroke:var(--w);stroke-width:2.5}
        .state-graph .is-taken .line,.state-graph .is-covered .line{stroke:var(--g);stroke-width:2.4}
        .state-graph .edge-catch.is-taken .line{stroke:var(--w)}
        .state-graph .edge-catch.is-taken .arrow{fill:var(--w)}
        .state-graph .is-taken .arrow,.state-graph .is-covered .arrow{fill:var(--g)}
        .state-graph .edge.is-uncovered .line{stroke:var(--b);stroke-width:2.2}
        .state-graph .edge.is-uncovered .arrow{fill:var(--b)}

        """;
}
