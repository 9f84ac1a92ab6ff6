// A real mail server for tests: npm smtp-server in front, npm mailparser behind, a little HTTP beside it.
//
//   node smtp.mjs '{"tls":"starttls","key":"key.pem","cert":"cert.pem","user":"anna","password":"secret"}'
//
// Prints one line of JSON when ready: {"port":…,"http":…}. Ends when its standard input ends, so it never outlives who started it.
// Everything listens on 127.0.0.1 only.
//
// Settings (all may be left out):
//   tls       "none" | "starttls" | "implicit"; the last two need key and cert (paths of PEM files)
//   user, password, token   makes signing in required (PLAIN and LOGIN with password, XOAUTH2 with token)
//   methods   what AUTH offers, e.g. ["LOGIN"]
//   insecureAuth  lets AUTH happen without TLS
//   hide      extensions not offered, e.g. ["PIPELINING", "SMTPUTF8"]
//   size      largest message in bytes
//   refuse    [{"step": "sender" | "recipient" | "data", "pattern": "^bad@", "code": 550, "message": "5.1.1 no such user", "times": 2}]
//             pattern is matched with the address (at "data": with the recipient); without "times" it refuses always
//   slow      milliseconds before a message is begun
//   port      fixed port instead of a free one
//
// HTTP: GET /mails, DELETE /mails, PUT /refuse (a new list as above), POST /down (refuses and drops connections), POST /up (same port),
//       GET /state {connections, signIns, mails}; POST /parse takes a raw message and gives it back as in /mails.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const settings = JSON.parse(process.argv[2] ?? '{}');
const state = { connections: 0, signIns: 0, mails: [] };
let refuse = settings.refuse ?? [];
let server;
let port = settings.port ?? 0;

function refusal(step, address) {
    const rule = refuse.find(r => r.step === step && r.times !== 0 && new RegExp(r.pattern ?? '', 'iu').test(address));
    if (!rule) return null;
    if (rule.times > 0) rule.times--;
    return Object.assign(new Error(rule.message ?? 'refused by the test'), { responseCode: rule.code ?? 550 });
}

const people = header => header?.value?.map(({ address, name }) => ({ address, name })) ?? [];

async function read(raw) {
    const mail = await simpleParser(raw, { skipImageLinks: true, skipTextToHtml: true, skipHtmlToText: true, skipTextLinks: true });
    return {
        messageId: mail.messageId ?? null,
        date: mail.date ?? null,
        from: people(mail.from),
        to: people(mail.to),
        replyTo: people(mail.replyTo),
        subject: mail.subject ?? '',
        text: mail.text ?? '',
        html: mail.html || '',
        headers: mail.headerLines.map(({ key, line }) => ({ key, line })),
        raw: raw.toString('base64'),
    };
}

function onAuth(auth, session, done) {
    const good =
        auth.method === 'XOAUTH2'
            ? auth.username === settings.user && settings.token && auth.accessToken === settings.token
            : auth.username === settings.user && settings.password && auth.password === settings.password;
    if (!good) {
        return auth.method === 'XOAUTH2'
            ? done(null, { data: { status: '401', schemes: 'bearer' } })
            : done(Object.assign(new Error('5.7.8 wrong user name or password'), { responseCode: 535 }));
    }
    state.signIns++;
    done(null, { user: auth.username });
}

function onData(stream, session, done) {
    const chunks = [];
    stream.on('data', chunk => chunks.push(chunk));
    stream.on('end', async () => {
        const recipients = session.envelope.rcptTo.map(r => r.address);
        const refused = refusal('data', recipients.join(','));
        if (refused) return done(refused);
        if (stream.sizeExceeded) return done(Object.assign(new Error('5.3.4 too large'), { responseCode: 552 }));
        try {
            const mail = await read(Buffer.concat(chunks));
            state.mails.push({
                ...mail,
                envelopeFrom: session.envelope.mailFrom.address,
                envelopeTo: recipients,
                smtpUtf8: session.envelope.mailFrom.args?.SMTPUTF8 === true || session.envelope.smtpUtf8 === true,
                user: session.user || null,
                tls: session.secure,
            });
            done(null, `2.0.0 taken as ${state.mails.length}`);
        } catch (error) {
            done(Object.assign(error, { responseCode: 554 }));
        }
    });
}

function up() {
    const disabled = [];
    if (settings.tls !== 'starttls') disabled.push('STARTTLS');
    if (!settings.user) disabled.push('AUTH');
    server = new SMTPServer({
        secure: settings.tls === 'implicit',
        ...(settings.key ? { key: readFileSync(settings.key), cert: readFileSync(settings.cert) } : {}),
        disabledCommands: disabled,
        authOptional: !settings.user,
        authMethods: settings.methods ?? ['PLAIN', 'LOGIN', 'XOAUTH2'],
        allowInsecureAuth: settings.insecureAuth ?? false,
        disableReverseLookup: true,
        closeTimeout: 100,
        ...(settings.size ? { size: settings.size } : {}),
        ...Object.fromEntries((settings.hide ?? []).map(name => ['hide' + name, true])),
        onAuth,
        onConnect(session, done) {
            state.connections++;
            done();
        },
        onMailFrom: (address, session, done) => setTimeout(() => done(refusal('sender', address.address)), settings.slow ?? 0),
        onRcptTo: (address, session, done) => done(refusal('recipient', address.address)),
        onData,
    });
    // Clients that hang up or fail the handshake are what the tests are about.
    server.on('error', () => {});
    return new Promise((ready, failed) => {
        server.server.once('error', failed);
        server.listen(port, '127.0.0.1', () => {
            port = server.server.address().port;
            ready();
        });
    });
}

async function down() {
    const old = server;
    server = null;
    if (!old) return;
    const closed = new Promise(done => old.close(done));
    for (const connection of old.connections) connection._socket?.destroy();
    await closed;
}

async function body(request) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    return Buffer.concat(chunks);
}

const doors = {
    'GET /mails': () => state.mails,
    'DELETE /mails': () => state.mails.splice(0).length,
    'GET /state': () => ({ connections: state.connections, signIns: state.signIns, mails: state.mails.length }),
    'PUT /refuse': async request => (refuse = JSON.parse(await body(request))),
    'POST /parse': async request => read(await body(request)),
    'POST /down': () => down(),
    'POST /up': () => (server ? null : up()),
};

const web = http.createServer(async (request, response) => {
    const door = doors[`${request.method} ${request.url}`];
    try {
        const answer = door ? ((await door(request)) ?? null) : { error: 'no such door' };
        response.writeHead(door ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
        response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error) }));
    }
});

await up();
await new Promise(ready => web.listen(0, '127.0.0.1', ready));
process.stdin.resume().on('end', () => process.exit(0));
console.log(JSON.stringify({ port, http: web.address().port }));
