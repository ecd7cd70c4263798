import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A certificate for 127.0.0.1 that is signed by itself, made by openssl in a folder. */
export async function selfSigned(folder: string): Promise<{ key: string; cert: string }> {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const words =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1';
  await execa('openssl', [...words.split(' '), '-keyout', key!, '-out', cert!]);
  return { key: await readFile(key!, 'utf8'), cert: await readFile(cert!, 'utf8') };
}
