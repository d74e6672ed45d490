// Prints the destinations of a capture that resemble malware: node analyze.mjs capture.pcap

import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { analyze } from '@hushcap/hushcap';

const [, program, path] = process.argv;
if (path === undefined) {
  console.error(`usage: node ${basename(program)} capture.pcap`);
  process.exit(2);
}
const report = await analyze(await openAsBlob(path), { name: basename(path) });
const flagged = report.tuples.filter(({ verdict }) => verdict === 'malware-like');
console.log(`${report.capture.name}: ${flagged.length} of ${report.tuples.length} TLS destinations resemble malware's TLS behaviour`);
for (const { score, resp_h, resp_p, server_names } of flagged) console.log(score.toFixed(3), resp_h, resp_p, server_names.join(', '));
