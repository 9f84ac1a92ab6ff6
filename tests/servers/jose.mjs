// npm jose as a peer for our own JWTs. One JSON array of requests on standard input, one array of answers on standard output:
//   {"sign": {"header": {…}, "claims": {…}, "secret": "base64"}}                → {"token": "…"}
//   {"verify": {"token": "…", "secret": "base64", "issuer": …, "audience": …}}  → {"header": {…}, "claims": {…}} or {"error": "CODE"}
import { SignJWT, jwtVerify } from 'jose';

let input = '';
for await (const part of process.stdin) input += part;

const key = (secret) => Buffer.from(secret, 'base64');

const answer = async ({ sign, verify }) => {
  if (sign) {
    return { token: await new SignJWT(sign.claims).setProtectedHeader(sign.header).sign(key(sign.secret)) };
  }
  try {
    const { issuer, audience } = verify;
    const read = await jwtVerify(verify.token, key(verify.secret), { algorithms: ['HS256'], typ: 'JWT', issuer, audience });
    return { header: read.protectedHeader, claims: read.payload };
  } catch (error) {
    return { error: error.code ?? String(error) };
  }
};

const answers = [];
for (const request of JSON.parse(input)) answers.push(await answer(request));
process.stdout.write(JSON.stringify(answers));
