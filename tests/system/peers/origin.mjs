// An origin of Node's own http module. Argument: a port, 0 for a free one. Prints its port.
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
  } else if (request.url === '/load') {
    response.end('node'); // in one piece, so that a kill finds no response half sent
  } else if (request.method === 'POST') {
    response.writeHead(200, { 'X-Length': request.headers['content-length'] ?? 'none' });
    request.pipe(response);
  } else {
    response.write('node ');
    setImmediate(() => response.end(request.url));
  }
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(server.address().port));
