import { InputBuffer, OutputBuffer } from 'lzma-buffers';
import { Decoder } from 'lzma-decoder';

/** Bytes that the build packed into the script: LZMA, then base64. */
export function unpack(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const packed = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) packed[i] = binary.charCodeAt(i);
  const output = new OutputBuffer(4 * packed.length);
  new Decoder().decompress(new InputBuffer(packed), output);
  return output.toArray();
}
