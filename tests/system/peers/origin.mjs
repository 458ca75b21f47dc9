// An origin of Node's own http module. Prints its port.
import http from 'node:http';

const server = http.createServer((request, response) => {
  if (request.url === '/trailers') {
    response.writeHead(200, { Trailer: 'X-Sum' });
    response.write('with ');
    response.addTrailers({ 'X-Sum': '42' });
    response.end('trailers');
  } else if (request.url === '/hints') {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('after hints');
  } else if (request.method === 'POST') {
    response.writeHead(200, { 'X-Length': request.headers['content-length'] ?? 'none' });
    request.pipe(response);
  } else {
    response.write('node ');
    setImmediate(() => response.end(request.url));
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
