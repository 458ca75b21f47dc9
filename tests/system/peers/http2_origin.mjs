// An origin of Node's own http2 module. Arguments: nothing or a certificate and its key; a port, 0 for a free one. Prints
// its port.
import fs from 'node:fs';
import http2 from 'node:http2';

const [certificate, key] = process.argv.length > 3 ? process.argv.slice(2, 4) : [];
const port = Number(process.argv.at(-1));
const server = certificate
  ? http2.createSecureServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key), allowHTTP1: true })
  : http2.createServer();

server.on('request', (request, response) => {
  if (request.url === '/trailers') {
    response.write('with ');
    response.addTrailers({ 'x-sum': '42' });
    response.end('trailers');
  } else if (request.url === '/hints') {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('after hints');
  } else if (request.url === '/reset') {
    response.write('a part');
    setImmediate(() => request.stream.close(http2.constants.NGHTTP2_CANCEL));
  } else if (request.url === '/large') {
    response.end(Buffer.alloc(8 << 20, 'L'));
  } else if (request.method === 'POST') {
    request.pipe(response); // as it comes
  } else {
    response.setHeader('x-fields', `${request.headers[':scheme'] ?? ''} ${request.headers.te ?? ''}`);
    response.end(`${request.httpVersion} ${request.url}`);
  }
});
server.listen(port, '127.0.0.1', () => console.log(server.address().port));
