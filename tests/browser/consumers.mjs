// The programs that read what the page exports. Each is `undefined`, with a reason on the diagnostics, where the machine does not have it.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fixture, reference, root } from './support.mjs';

/** Packages of PyPI by which STIX and MISP are read, in an environment of their own below target/, which is made once. */
const PACKAGES = ['stix2==3.0.2', 'stix2-validator==3.3.2', 'pymisp==2.5.34.4'];
const environment = join(root, 'target/exchange-python');
const python = join(environment, 'bin/python');

/** Runs a Python program with these packages; `undefined` without Python, pip or PyPI. */
export function runPython(test, program, ...args) {
  if (!existsSync(join(environment, 'complete'))) {
    try {
      mkdirSync(join(root, 'target'), { recursive: true });
      execFileSync('python3', ['-m', 'venv', '--clear', environment], { stdio: 'pipe' });
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES], { stdio: 'pipe', timeout: 300_000 });
      writeFileSync(join(environment, 'complete'), PACKAGES.join('\n'));
    } catch (error) {
      test.skip(`skipped: no Python with ${PACKAGES.join(', ')}: ${String(error.stderr ?? error.message).trim().split('\n').pop()}`);
      return undefined;
    }
  }
  return execFileSync(python, ['-c', program, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** Where the shared reference data install Suricata. */
const chroot = process.env.CHROOT ?? '/var/tmp/suricata-chroot';

/** Whether Suricata can be run; it is installed by the shared reference data's own script. */
function hasSuricata(test) {
  const script = reference('tools', 'suricata');
  const no = (why) => {
    test.skip(`skipped: ${why}`);
    return false;
  };
  if (!script) return no('no Suricata: the shared reference data are absent');
  if (process.getuid?.() !== 0) return no('Suricata runs in a chroot, which needs root');
  if (!existsSync(join(chroot, 'usr/bin/suricata'))) {
    const folder = mkdtempSync(join(tmpdir(), 'hushcap-'));
    try {
      execFileSync(script, [fixture('beacon.pcap'), folder], { stdio: 'pipe', timeout: 600_000, env: { ...process.env, CHROOT: chroot } });
    } catch (error) {
      return no(`Suricata could not be installed: ${String(error.stderr ?? error.message).trim().split('\n').pop()}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return true;
}

/**
 * What Suricata says of rules: `test`, the output of its own test of them, and with a capture the `alerts`, by signature identifier the
 * ends of what alerted.
 */
export function runSuricata(test, rules, capture) {
  if (!hasSuricata(test)) return undefined;
  const work = mkdtempSync(join(chroot, 'tmp', 'hushcap-'));
  const inside = join('/tmp', basename(work));
  const run = (...args) => execFileSync('chroot', [chroot, 'suricata', '-S', `${inside}/hushcap.rules`, '-l', inside, ...args], { encoding: 'utf8', stdio: 'pipe' });
  try {
    writeFileSync(join(work, 'hushcap.rules'), rules);
    let tested;
    try {
      tested = { accepted: true, output: run('-T', '-v') };
    } catch (error) {
      tested = { accepted: false, output: `${error.stdout}${error.stderr}` };
    }
    if (!capture || !tested.accepted) return { ...tested, alerts: [] };
    copyFileSync(capture, join(work, 'capture'));
    run('--runmode', 'single', '-k', 'none', '-r', `${inside}/capture`);
    const events = readFileSync(join(work, 'eve.json'), 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
    return { ...tested, alerts: events.filter(({ event_type }) => event_type === 'alert') };
  } finally {
    rmSync(work, { recursive: true });
  }
}
