// A real S3 server for tests: npm s3rver, with what it lacks and what goes wrong in front of it.
//
//   node s3.mjs /tmp/folder
//
// Prints one line of JSON when ready: {"port":…,"http":…}. Ends when its standard input ends, so it never outlives who started it.
// Everything listens on 127.0.0.1 only. Access key and secret are both S3RVER. Buckets are the folders of the folder.
//
// HTTP beside it: PUT /buckets (a name); PUT /trouble, for one bucket, instead of what was before:
//   {"bucket": "a", "pattern": "partNumber=2", "how": "refuse" | "drop" | "hang" | "none", "code": 500, "times": 3}
// Requests whose "METHOD url" matches are refused with that code, have their connection dropped, or get no answer; without "times", always.
// GET /requests?bucket: what was asked of it since the last time.
import { existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import S3rver from 's3rver';

const folder = process.argv[2];
const s3rver = new S3rver({ directory: folder, silent: true, address: '127.0.0.1' });
const answer = s3rver.callback();
const trouble = new Map();
const requests = new Map();

// s3rver keeps uploads in parts, and neither lists nor ends them.
const uploadsOf = bucket => path.join(folder, bucket, '._S3rver_uploads');

function endUpload(bucket, id) {
    const place = path.join(uploadsOf(bucket), path.basename(id));
    const isThere = existsSync(place);
    rmSync(place, { recursive: true, force: true });
    return isThere ? 204 : 404;
}

function listUploads(bucket) {
    const place = uploadsOf(bucket);
    const found = existsSync(place) ? readdirSync(place) : [];
    const entries = found.map(id => {
        const began = statSync(path.join(place, id, 'key')).mtime.toISOString();
        const key = readFileSync(path.join(place, id, 'key'), 'utf8');
        return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${began}</Initiated></Upload>`;
    });
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        `<Bucket>${bucket}</Bucket><IsTruncated>false</IsTruncated>${entries.join('')}</ListMultipartUploadsResult>`
    );
}

function isTrouble(bucket, what) {
    const rule = trouble.get(bucket);
    if (!rule || rule.times === 0 || !new RegExp(rule.pattern, 'u').test(what)) return null;
    if (rule.times > 0) rule.times--;
    return rule;
}

const server = http.createServer((request, response) => {
    const what = `${request.method} ${request.url}`;
    const bucket = request.url.split(/[/?]/u)[1];
    requests.set(bucket, [...(requests.get(bucket) ?? []), what]);
    const rule = isTrouble(bucket, what);
    if (rule?.how === 'drop') request.socket.destroy();
    else if (rule?.how === 'refuse') request.resume().on('end', () => response.writeHead(rule.code ?? 500).end());
    else if (rule?.how === 'hang') request.resume();
    else if (/^GET \/[^/?]+\/?\?(?:.*&)?uploads/u.test(what))
        response.writeHead(200, { 'content-type': 'application/xml' }).end(listUploads(bucket));
    else if (/^DELETE .*[?&]uploadId=/u.test(what))
        response.writeHead(endUpload(bucket, new URL(request.url, 'http://x').searchParams.get('uploadId'))).end();
    else answer(request, response);
});

async function body(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
}

const doors = {
    'PUT /buckets': async request => s3rver.store.putBucket(await body(request)),
    'PUT /trouble': async request => {
        const rule = JSON.parse(await body(request));
        trouble.set(rule.bucket, rule);
    },
    'GET /requests': request => {
        const bucket = request.url.split('?')[1];
        const asked = requests.get(bucket) ?? [];
        requests.delete(bucket);
        return asked;
    },
};

const web = http.createServer(async (request, response) => {
    const door = doors[`${request.method} ${request.url.split('?')[0]}`];
    try {
        const said = door ? ((await door(request)) ?? null) : { error: 'no such door' };
        response.writeHead(door ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    } catch (error) {
        response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error) }));
    }
});

await new Promise(ready => server.listen(0, '127.0.0.1', ready));
await new Promise(ready => web.listen(0, '127.0.0.1', ready));
process.stdin.resume().on('end', () => process.exit(0));
console.log(JSON.stringify({ port: server.address().port, http: web.address().port }));
