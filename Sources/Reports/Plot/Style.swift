/// The style sheets. Colours are those of Okabe and Ito, in an order and lightness for each ground that keeps every one
/// visible on it; a program that knows no custom properties takes the colours for a light ground.
enum Style {
    /// Of plots, alone or in a page.
    static let plot: StaticString = """
        :root{--page:#fff;--ink:#1b1f24;--quiet:#59636e;--grid:#e3e6ea;--on:#fff;--s0:#0072b2;--s1:#d55e00;--s2:#009e73;\
        --s3:#cc79a7;--s4:#e69f00;--s5:#56b4e9;--s6:#000}
        @media screen and (prefers-color-scheme:dark){:root{--page:#14171a;--ink:#e6e9ec;--quiet:#a3acb5;--grid:#2c3238;\
        --on:#000;--s0:#56b4e9;--s1:#e69f00;--s2:#12c08e;--s3:#dd8fba;--s4:#f0e442;--s5:#f4784a;--s6:#fff}}
        .page{fill:#fff;fill:var(--page)}
        .plot{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        .t{fill:#1b1f24;fill:var(--ink);font-size:12px}.v{fill:#1b1f24;fill:var(--ink)}
        .head{font-size:14px;font-weight:600}.n{fill:#59636e;fill:var(--quiet)}.on{fill:#fff;fill:var(--on)}
        .g{fill:none;stroke:#e3e6ea;stroke:var(--grid)}.x{fill:none;stroke:#59636e;stroke:var(--quiet)}.zero{opacity:.6}
        .l{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}.thin{stroke-width:1.2}
        .b{fill-opacity:.2}.a{fill-opacity:.15;stroke-width:1.6}.p{fill-opacity:.75}.r{fill-opacity:.85}
        .h{fill:#888;fill-opacity:0}.h:hover{fill-opacity:.35}
        .c{stroke:#fff;stroke:var(--page);stroke-width:.5}
        .s0{stroke:#0072b2;stroke:var(--s0)}.s1{stroke:#d55e00;stroke:var(--s1)}.s2{stroke:#009e73;stroke:var(--s2)}
        .s3{stroke:#cc79a7;stroke:var(--s3)}.s4{stroke:#e69f00;stroke:var(--s4)}.s5{stroke:#56b4e9;stroke:var(--s5)}
        .s6{stroke:#000;stroke:var(--s6)}.sm{stroke:#59636e;stroke:var(--quiet)}.si{stroke:#1b1f24;stroke:var(--ink)}
        .f0{fill:#0072b2;fill:var(--s0)}.f1{fill:#d55e00;fill:var(--s1)}.f2{fill:#009e73;fill:var(--s2)}
        .f3{fill:#cc79a7;fill:var(--s3)}.f4{fill:#e69f00;fill:var(--s4)}.f5{fill:#56b4e9;fill:var(--s5)}
        .f6{fill:#000;fill:var(--s6)}.fm{fill:#59636e;fill:var(--quiet)}.fi{fill:#1b1f24;fill:var(--ink)}

        """

    /// Of pages.
    static let page: StaticString = """
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1080px;padding:1.2rem 1rem 3rem;background:var(--page);color:var(--ink);\
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
        h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0 1rem}h2{font-size:1.15rem;margin:2rem 0 .6rem}
        p{margin:.5rem 0;max-width:46rem}
        dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.15rem 1rem;margin:.5rem 0}
        dt{color:var(--quiet)}dd{margin:0}
        .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:1.4rem 1.6rem;\
        align-items:start}
        figure{margin:0;max-width:500px;break-inside:avoid}figcaption{font-weight:600}
        .plot{display:block;width:100%;height:auto}
        .note,summary{color:var(--quiet);font-size:.85rem}summary{cursor:pointer;padding:.25rem 0}
        nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}a{color:var(--s0)}
        :focus-visible{outline:2px solid var(--s1);outline-offset:2px}
        .scroll{overflow:auto;max-height:24rem;max-width:100%}
        table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
        th,td{padding:.15rem .6rem;border-bottom:1px solid var(--grid);text-align:right;white-space:nowrap}
        th{position:sticky;top:0;background:var(--page);color:var(--quiet);font-weight:600}
        th.w,td.w{text-align:left}td.w{white-space:normal;min-width:6.5rem;max-width:22rem}
        pre{background:var(--grid);padding:.6rem .8rem;border-radius:6px;font-size:.85rem;white-space:pre-wrap}
        @media print{body{max-width:none;font-size:11pt}nav{display:none}.scroll{max-height:none;overflow:visible}\
        h2{break-after:avoid}.plots{grid-template-columns:1fr 1fr}}

        """
}
