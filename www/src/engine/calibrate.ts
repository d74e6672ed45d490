// A worker that reads inputs which the reader knows to be normal, one after the other, and makes a profile of them.

import { errorOf, programFailure } from '../model/failure.ts';
import type { FromWorker, Task, ToWorker } from './messages.ts';
import { countRequests } from './requests.ts';
import { keepModule, program, startWorker } from './start.ts';

/** The profile as JSON: its threshold flags at most `share` of such traffic. `told` hears of the bytes that were read. */
export function calibrate(tasks: Task[], share: number, told: (bytes: number) => void): Promise<string> {
  const worker = startWorker();
  const profile = new Promise<string>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === 'module') keepModule(data.module);
      if (data.type === 'requests') countRequests(data.count);
      if (data.type === 'progress') told(data.bytes);
      if (data.type === 'profile') resolve(data.text);
      if (data.type === 'failed') reject(errorOf(data));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(errorOf(programFailure(event.message)));
    };
  });
  worker.postMessage({ type: 'calibrate', program: program(), tasks, share } satisfies ToWorker);
  return profile.finally(() => worker.terminate());
}
