import { Decoder } from 'lzma-decoder';
import { InputBuffer, OutputBuffer } from 'lzma-buffers';

/** Bytes that the build packed into the script: LZMA, then base64. */
export function unpack(text) {
  const binary = atob(text);
  const packed = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) packed[i] = binary.charCodeAt(i);
  const output = new OutputBuffer(4 * packed.length);
  new Decoder().decompress(new InputBuffer(packed), output);
  return output.toArray();
}
