// Six digits of an authenticator (RFC 6238). A step serves once, so the next login of a person takes the next step.
import { createHmac } from 'node:crypto';

const stepSeconds = 30;
const used = new Map();

function base32(text) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text.replace(/[\s=]/g, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

function codeOf(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', base32(secret)).update(counter).digest();
  const at = digest[digest.length - 1] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A code that the server has not seen; waits when this and the next step are used up. */
export async function freshCode(secret) {
  const now = () => Math.floor(Date.now() / 1000 / stepSeconds);
  const step = Math.max(now(), (used.get(secret) ?? 0) + 1);
  while (step > now() + 1) await new Promise((done) => setTimeout(done, 500));
  used.set(secret, step);
  return codeOf(secret, step);
}
