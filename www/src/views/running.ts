// While an input waits or runs: how far it is, and a way out.

import { html, nothing } from 'lit-html';
import { type Input, progressOf, type Running, shareRead } from '../state/input.ts';
import { speedOf } from '../state/queue.ts';
import type { Actions } from '../state/store.ts';
import { bytes, duration, failureText, number, percent, t, visible } from '../text.ts';
import { flask, warning } from './icons.ts';

export function running(input: Input, actions: Actions) {
  const { size, status } = input;
  const progress = progressOf(input);
  const share = shareRead(input);
  return html`
    <section class="card run" aria-labelledby="run-title">
      <h1 id="run-title">${t(status.is === 'waiting' ? 'run.waiting' : 'run.title', { name: visible(input.name) })}</h1>
      ${input.lab ? html`<p><span class="tag">${flask}${t('start.laboratory')}</span></p>` : nothing}
      <progress max="1" .value=${share} aria-labelledby="run-title">${percent(share)}</progress>
      <p class="pace"><span>${percent(share)}</span><span>${status.is === 'running' ? pace(input, status) : nothing}</span></p>
      <dl class="facts">
        ${fact('run.bytes', t('run.of', { some: bytes(progress.bytes), all: bytes(size) }))}
        ${input.kind === 'capture' ? fact('run.packets', number(progress.packets)) : nothing}
        ${fact('run.connections', number(progress.connections))} ${fact('run.tls', number(progress.tls))}
      </dl>
      ${stop(input, actions)}
    </section>
  `;
}

/** The same in a strip above a table that fills. */
export function banner(input: Input, status: Running, actions: Actions) {
  const { size } = input;
  const { progress } = status;
  const share = shareRead(input);
  return html`
    <section class="strip" aria-label=${t('run.title', { name: visible(input.name) })}>
      <progress max="1" .value=${share} aria-label=${t('run.title', { name: visible(input.name) })}>${percent(share)}</progress>
      <p>
        <b>${percent(share)}</b>
        <span>${t('run.of', { some: bytes(progress.bytes), all: bytes(size) })}</span>
        <span>${t('run.counts', { packets: progress.packets, connections: progress.connections, tls: progress.tls })}</span>
        <span>${pace(input, status)}</span>
      </p>
      ${stop(input, actions)}
    </section>
  `;
}

/** While a result's input is read once more for what stands behind it, or why it could not be. */
export function rereading({ name, rereading }: Input) {
  if (!rereading) return nothing;
  if (rereading.is === 'failed')
    return html`<p class="strip again alert" role="alert"><span>${warning} ${t('again.failed')} ${visible(failureText(rereading.failure))}</span></p>`;
  const { share } = rereading;
  const title = t('again.title', { name: visible(name) });
  return html`
    <section class="strip again" role="status">
      <progress max="1" .value=${share} aria-label=${title}>${percent(share)}</progress>
      <p><b>${percent(share)}</b> <span>${title}</span></p>
    </section>
  `;
}

function stop(input: Input, actions: Actions) {
  const { status } = input;
  const label = status.is !== 'running' ? 'run.cancel' : status.stopping ? 'run.stopping' : 'run.stop';
  return html`<button class="button" @click=${() => actions.cancel(input)}>${t(label)}</button>`;
}

function fact(key: string, value: string) {
  return html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`;
}

/** Speed and time left, once both can be told; scoring follows behind the last byte, and may take longer than reading. */
function pace({ size }: Input, status: Running) {
  const { bytes: read } = status.progress;
  if (read >= size) return t('run.scoring');
  const speed = speedOf(status);
  if (!speed) return nothing;
  const left = (size - read) / speed;
  return t('run.pace', { speed: bytes(speed), left: duration(Math.ceil(left)) });
}
