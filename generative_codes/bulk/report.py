"""The report of a run for people: pictures first, then what was measured, zh and en."""

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generative_codes.bulk.manifest import PartRecord
from generative_codes.bulk.order import BulkOrder
from generative_codes.bulk.page_svg import SvgCodes
from generative_codes.bulk.part import first_sheet
from generative_codes.bulk.sample import SampledBound, symbols_of
from generative_codes.bulk.serials import SerialList
from generative_codes.bulk.solved import SolvedOrder

_SHOWN_CODES = 6


@dataclass(frozen=True, slots=True)
class RunNumbers:
    """Sums over all parts."""

    labels: int
    decoded: int
    rerolled: int
    failed: int
    fidelity_mean: float
    fidelity_min: float
    masks: tuple[int, ...]
    byte_count: int
    cpu_s: float
    parts: int

    @classmethod
    def of(cls, order: BulkOrder, parts: Sequence[PartRecord]) -> "RunNumbers":
        """Add up."""
        decoded = sum(part.decoded for part in parts)
        weighted = sum(part.fidelity_mean * part.decoded for part in parts)
        return cls(
            labels=order.quantity,
            decoded=decoded,
            rerolled=sum(part.rerolled for part in parts),
            failed=sum(len(part.failed) for part in parts),
            fidelity_mean=round(weighted / max(decoded, 1), 6),
            fidelity_min=min((part.fidelity_min for part in parts), default=0.0),
            masks=tuple(sum(column) for column in zip(*(p.masks for p in parts), strict=True)),
            byte_count=sum(part.byte_count for part in parts),
            cpu_s=round(sum(part.cpu_s for part in parts), 1),
            parts=len(parts),
        )


def write_report(
    solved: SolvedOrder,
    serials: SerialList,
    numbers: RunNumbers,
    bound: SampledBound,
    certificate: dict[str, Any],
    files: Sequence[str],
) -> str:
    """An HTML page that stands alone: no script, no font, no address outside."""
    order, layout = solved.order, solved.order.layout
    codes = _codes(solved, bound.serials[:_SHOWN_CODES])
    sheet = first_sheet(solved, serials.items(order.labels_of_part(0)))
    pages = layout.pages_of(order.quantity)
    width, height = layout.page_wh_mm
    box = solved.under.box
    side = max(box.width, box.height) * solved.plan.module_mm
    grade = certificate["grades"]["letter"]
    is_clean = numbers.failed == 0
    verdict = (
        ("全部通过", "Every code passed") if is_clean else ("有码未通过", "Some codes did not pass")
    )
    lower = f"{100 * bound.lower_bound:.1f} %"
    facts = [
        ("印制数量", "Codes ordered", f"{numbers.labels:,}"),
        ("逐码读回一致", "Read back, byte for byte", f"{numbers.decoded:,}"),
        ("未通过（见 failed.csv）", "Not handed out (failed.csv)", f"{numbers.failed:,}"),
        ("换掩模重试", "Re-rolled", f"{numbers.rerolled:,}"),
        ("图案还原度（均值 / 最低）", "Logo fidelity (mean / least)",
         f"{numbers.fidelity_mean:.1%} / {numbers.fidelity_min:.1%}"),
        ("版本与纠错", "Version and level",
         f"{solved.art.steering.version}-{solved.art.steering.level.value}"),
        ("模块边长", "Module", f"{solved.plan.module_mm:g} mm"),
        ("码面尺寸（含静区）", "Code with quiet zone", f"{side:.1f} mm"),
        ("标签", "Label", f"{layout.label_wh_mm[0]:g} × {layout.label_wh_mm[1]:g} mm"),
        ("版面", "Page", f"{width:g} × {height:g} mm, {layout.columns} × {layout.rows}"),
        ("页数 / 分册", "Pages / parts", f"{pages:,} / {numbers.parts:,}"),
        ("文件大小", "File size", f"{numbers.byte_count / 1e6:,.1f} MB"),
    ]  # fmt: skip
    rates = [
        (rate["decoder"], f"{rate['read']} / {rate['cases']}", f"{rate['rate']:.0%}")
        for rate in certificate["decoders"]["rates"]
    ]
    rows = "".join(
        f"<tr><th>{html.escape(zh)}<span>{html.escape(en)}</span></th>"
        f"<td>{html.escape(value)}</td></tr>"
        for zh, en, value in facts
    )
    decoders = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{read}</td><td>{share}</td></tr>"
        for name, read, share in rates
    )
    listed = "".join(f"<li>{html.escape(name)}</li>" for name in files[:12])
    more = f"<li>… +{len(files) - 12}</li>" if len(files) > 12 else ""
    title = html.escape(layout.title or "点金码 · 批量出码")
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title><style>{_STYLE}</style></head><body><main>
<header><p class="kind">批量出码报告 <span>Bulk run report</span></p><h1>{title}</h1>
<p class="verdict {"good" if is_clean else "bad"}">{verdict[0]}<span>{verdict[1]}</span></p>
</header>
<section class="codes">{codes}</section>
<section class="two"><figure><img alt="首页版面 First sheet" src="{_data(sheet)}">
<figcaption>首页版面 <span>First sheet, to scale</span></figcaption></figure>
<div><h2>印制数据 <span>The run</span></h2><table>{rows}</table></div></section>
<section class="two"><div><h2>设计证书 <span>Certificate of the design</span></h2>
<p>等级 {html.escape(str(grade))}；解码器面板在模拟拍摄网格上的读出情况（模拟照片）。
<span>Grade {html.escape(str(grade))}; what the decoder panel read on the camera grid
(simulated photos).</span></p><table class="rates">{decoders}</table></div>
<div><h2>抽样结论 <span>What the sample says</span></h2>
<p class="big">≥ {lower}</p>
<p>随机抽取 {len(bound.serials)} 枚码（种子 {bound.seed}），各拍 {bound.cases} 种场景的模拟照片，
共 {bound.photos} 张，读出 {bound.photos_read} 张。以 95 % 的把握，全部码中至少 {lower}
在不少于 {bound.share_wanted:.0%} 的场景中可读（Clopper–Pearson 单侧下界）。
<span>A random sample of {len(bound.serials)} codes (seed {bound.seed}) in {bound.cases} simulated
scenes each: {bound.photos_read} of {bound.photos} photos were read. With 95 % confidence at least
{lower} of all codes read in {bound.share_wanted:.0%} of the scenes or more (one-sided
Clopper–Pearson bound).</span></p></div></section>
<section><h2>文件 <span>Files</span></h2><ul>{listed}{more}</ul></section>
</main></body></html>
"""


def _codes(solved: SolvedOrder, serials: Sequence[str]) -> str:
    svg = SvgCodes(solved)
    found = []
    for serial, symbol in zip(serials, symbols_of(solved, serials), strict=True):
        (path,) = svg.paths(symbol.modules[None])
        found.append(
            f'<figure><img alt="" src="{_data(svg.single(path))}">'
            f"<figcaption>{html.escape(serial)}</figcaption></figure>"
        )
    return "".join(found)


def _data(document: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(document.encode()).decode("ascii")


_STYLE = """
:root{color-scheme:light dark;--ink:#15171c;--soft:#6b6f78;--paper:#fbf9f4;--card:#fff;
--line:#e6e1d6;--gold:#a67213;--good:#12704a;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#f1ede4;--soft:#a19d94;--paper:#121317;
--card:#1b1d22;--line:#2e3036;--gold:#d9a441;--good:#4fb587;--bad:#f0776f}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:1080px;margin:0 auto;padding:56px 28px 80px}
header{border-bottom:1px solid var(--line);padding-bottom:28px;margin-bottom:36px}
h1{font-size:34px;line-height:1.2;margin:6px 0 14px;letter-spacing:.01em}
h2{font-size:18px;margin:0 0 12px}h2 span,.kind span,figcaption span{color:var(--soft);
font-weight:400;margin-left:.5em}.kind{color:var(--gold);margin:0;letter-spacing:.08em}
.verdict{display:inline-block;margin:0;padding:4px 16px;border-radius:99px;font-weight:600;
border:1.5px solid currentColor}.verdict span{margin-left:.6em;font-weight:400}
.good{color:var(--good)}.bad{color:var(--bad)}
section{margin-bottom:44px}.codes{display:grid;gap:18px;
grid-template-columns:repeat(auto-fill,minmax(150px,1fr))}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:14px;
padding:14px}figure img{display:block;width:100%;height:auto;background:#fff;border-radius:6px}
figcaption{margin-top:10px;font-size:12px;color:var(--soft);overflow-wrap:anywhere}
.two{display:grid;gap:36px;grid-template-columns:repeat(auto-fit,minmax(340px,1fr))}
table{border-collapse:collapse;width:100%}th,td{padding:9px 0;border-bottom:1px solid var(--line);
text-align:left;font-weight:400;vertical-align:top}td{text-align:right;font-weight:600;
font-variant-numeric:tabular-nums}th span{display:block;color:var(--soft);font-size:12px}
.big{font-size:44px;line-height:1.1;margin:0 0 12px;color:var(--gold);font-weight:600;
font-variant-numeric:tabular-nums}p span{display:block;color:var(--soft);font-size:13px;
margin-top:6px}header p span,.kind span{display:inline;font-size:inherit;margin-top:0}
ul{columns:2;padding-left:1.2em}@media print{main{padding:0}section{break-inside:avoid}}
"""
