// A keep-alive client of Node's own http module. Argument: a URL. Prints {"served", "sockets", "echoed"}.
import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const sockets = new Set();
let served = 0;

function ask(options, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(process.argv[2], { agent, ...options }, (response) => {
      let text = '';
      response.on('data', (piece) => (text += piece));
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
      response.on('error', reject);
    });
    request.on('socket', (socket) => sockets.add(socket));
    request.on('error', reject);
    for (const piece of body ?? []) request.write(piece);
    request.end();
  });
}

for (let i = 0; i < 100; ++i) {
  await ask({ path: `/${i}` });
  ++served;
}
const echoed = await ask({ method: 'POST' }, ['in ', 'three ', 'pieces']);
console.log(JSON.stringify({ served, sockets: sockets.size, echoed }));
agent.destroy();
