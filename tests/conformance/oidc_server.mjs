// The authorisation server of a bank by oidc-provider, strict and written by others, with the little of
// XS2A beside it that names it to a client. OPTIONS (JSON in the environment): client, auth_method, and
// with tls {key, certificate, authority} (paths) client certificates as well.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';

import Provider from 'oidc-provider';

const options = JSON.parse(process.env.OPTIONS);
const tls = options.tls && {
  key: fs.readFileSync(options.tls.key),
  cert: fs.readFileSync(options.tls.certificate),
  ca: fs.readFileSync(options.tls.authority),
  requestCert: true,
  rejectUnauthorized: false, // the browser shows none; who needs one is asked for it below
};
const server = tls ? https.createServer(tls) : http.createServer();

function says(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function xs2a(provider, issuer, request, response) {
  if (request.method === 'POST') {
    const metadata = { href: `${issuer}/.well-known/openid-configuration` };
    says(response, 201, {
      consentStatus: 'received', consentId: 'consent-1', _links: { scaOAuth: metadata },
    });
    return;
  }
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  if (!token || !await provider.AccessToken.find(token)) {
    says(response, 401, { tppMessages: [{ category: 'ERROR', code: 'TOKEN_INVALID' }] });
    return;
  }
  says(response, 200, { consentStatus: 'valid', validUntil: '2027-01-31' });
}

server.listen(0, '127.0.0.1', () => {
  const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [options.client],
    clientAuthMethods: [options.auth_method],
    scopes: ['openid', 'offline_access'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    features: {
      devInteractions: { enabled: true },
      mTLS: tls ? {
        enabled: true,
        tlsClientAuth: true,
        getCertificate: (ctx) => ctx.socket.getPeerX509Certificate()?.toString(),
        certificateAuthorized: (ctx) => ctx.socket.authorized,
        certificateSubjectMatches: (ctx, property, expected) => (
          property === 'tls_client_auth_san_dns'
          && ctx.socket.getPeerX509Certificate().subjectAltName === `DNS:${expected}`
        ),
      } : { enabled: false },
    },
  });
  const pages = provider.callback();
  server.on('request', (request, response) => (
    request.url.startsWith('/psd2/') ? xs2a(provider, issuer, request, response) : pages(request, response)
  ));
  console.log(`ready at ${issuer}`);
});
