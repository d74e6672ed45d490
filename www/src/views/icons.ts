import { type SVGTemplateResult, svg } from 'lit-html';
import type { Verdict } from '../model/report.ts';

// Icons stand beside words, never in place of them, so that a screen reader may pass over them.
const icon = (content: SVGTemplateResult) =>
  svg`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${content}</svg>`;
const line = (path: string) => icon(svg`<path class="stroke" d=${path} />`);

export const mark = svg`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="8" /><path d="M8 8.5v15M13.3 11v10M18.6 13.6v4.8M24 16v.01" /></svg>`;

/** One shape a verdict, so that it does not depend on colour. */
export const verdictIcons: Record<Verdict, SVGTemplateResult> = {
  'malware-like': icon(
    svg`<path class="solid" d="M8 1.6 15 14H1z" /><path class="cut" d="M8 6v4M8 12v.01" />`,
  ),
  borderline: icon(
    svg`<path class="stroke" d="M8 1.5 14.5 8 8 14.5 1.5 8z" /><path class="solid" d="M8 1.5V14.5L1.5 8z" />`,
  ),
  undecided: line('M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 11.2v.01M6.2 6.4A1.8 1.8 0 1 1 8 8.4v.7'),
  ordinary: line('M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM5.4 8.2l1.9 1.9 3.4-3.8'),
};

/** What raises a score, and what lowers it. */
export const raises = icon(svg`<path class="solid" d="M8 3.5 13 12H3z" />`);
export const lowers = line('M8 12.5 3 4h10z');
export const lock = line('M4 7.5h8V14H4zM5.6 7.5V5a2.4 2.4 0 0 1 4.8 0v2.5');
export const file = line('M4 1.8h5l3 3V14.2H4zM9 1.8v3h3');
export const cross = line('M4 4l8 8M12 4l-8 8');
export const arrowDown = line('M8 2.5v8M4.5 7.2 8 10.7l3.5-3.5M3 13.5h10');
export const drop = line('M8 10.5v-8M4.5 5.8 8 2.3l3.5 3.5M2.5 9.5v4h11v-4');
export const warning = line('M8 2 14.5 13.5h-13zM8 6.5v3M8 11.5v.01');
export const flask = line(
  'M6 2h4M6.8 2v4.2L3.2 13a.8.8 0 0 0 .7 1.2h8.2a.8.8 0 0 0 .7-1.2L9.2 6.2V2M5 10.4h6',
);
export const question = line('M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 11.2v.01M6.2 6.4A1.8 1.8 0 1 1 8 8.4v.7');
export const chart = line('M2.5 2v11.5H14M5.5 11V8M8.5 11V4.5M11.5 11V6.5');
/** Lines that stand close together. */
export const rows = line('M2.5 3h11M2.5 5.5h11M2.5 8h11M2.5 10.5h11M2.5 13h11');
export const table = line('M2.5 3h11v10h-11zM2.5 6.3h11M6.3 6.3V13');
export const known = line('M3.5 2h9v12L8 10.6 3.5 14zM5.8 6l1.6 1.6L10.4 4.6');
export const flag = line('M3.5 14V2.4h9L10.2 5.6l2.3 3.2h-9');
export const lists = line(
  'M6.5 3.5h7M6.5 8h7M6.5 12.5h7M2.3 3.4l.9.9 1.5-1.7M2.3 7.9l.9.9 1.5-1.7M2.3 12.4l.9.9 1.5-1.7',
);
export const clip = line('M5.5 4.5v-2h7v9h-2M3.5 4.5h7v9h-7z');
export const stack = line('M8 2 14.5 5.2 8 8.4 1.5 5.2zM1.5 8.2 8 11.4l6.5-3.2M1.5 11.2 8 14.4l6.5-3.2');
