// The network between one phone and the server, with faults on demand. It keeps what passed, so
// that a test can say what the library really sent.
import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';

export class Proxy {
  /** Requests that passed: `{path, body, operationName, status, answer, token, dropped}`. */
  seen = [];
  /** How often a live channel was opened. */
  upgrades = 0;
  /** Events that live channels carried, and answers to the question whether they live. */
  events = 0;
  pongs = 0;
  /** Connections that came while it was offline. */
  refused = 0;
  #target;
  #sockets = new Set();
  #upgraded = new Set();
  #isOffline = false;
  #noSockets = false;
  #rules = [];
  #server;

  static async start(target) {
    const proxy = new Proxy();
    proxy.#target = () => new URL(typeof target === 'function' ? target() : target.url);
    proxy.#server = http.createServer((request, response) => void proxy.#pass(request, response));
    proxy.#server.keepAliveTimeout = 60_000;
    proxy.#server.on('connection', (socket) => {
      if (proxy.#isOffline) {
        proxy.refused += 1;
        socket.destroy();
        return;
      }
      proxy.#sockets.add(socket);
      socket.on('close', () => proxy.#sockets.delete(socket));
      socket.on('error', () => {});
    });
    proxy.#server.on('upgrade', (request, socket, head) => proxy.#upgrade(request, socket, head));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }

  offline() {
    this.#isOffline = true;
    this.cut();
  }

  online() {
    this.#isOffline = false;
  }

  /** Cuts every connection there is; new ones are let through. */
  cut() {
    for (const socket of [...this.#sockets, ...this.#upgraded]) {
      socket.destroy();
    }
  }

  /** No live channel from now on. */
  refuseSockets() {
    this.#noSockets = true;
    this.cutSockets();
  }

  /** Live channels again. */
  allowSockets() {
    this.#noSockets = false;
  }

  /** What is said on the present live channels does not arrive any more, and neither side hears of it. */
  swallowSockets() {
    for (const socket of this.#upgraded) {
      socket.emit('swallow');
    }
  }

  /** Cuts the live channel alone. */
  cutSockets() {
    for (const socket of this.#upgraded) {
      socket.destroy();
    }
  }

  /**
   * The next `times` requests that match: `{drop: true}` lets them reach the server and loses the
   * answer, `{lose: true}` loses the request, `{refuse: {status, body, headers}}` answers in the server's place, `{delay: promise}`
   * keeps the request back until then, `{hold: promise}` the answer.
   */
  next(match, fault, times = 1) {
    const rule = { match, fault, left: times, hits: 0 };
    this.#rules.push(rule);
    return rule;
  }

  /** No more faults. */
  heal() {
    this.#rules = [];
  }

  operations(name) {
    return this.seen.filter((request) => request.operationName === name || request.path === name);
  }

  async #pass(request, response) {
    const chunks = [];
    try {
      for await (const chunk of request) {
        chunks.push(chunk);
      }
    } catch {
      return;
    }
    if (request.destroyed && !request.complete) {
      return;
    }
    const body = Buffer.concat(chunks);
    const entry = { path: request.url, token: request.headers.authorization, headers: request.headers };
    try {
      entry.body = JSON.parse(body.toString());
      entry.operationName = entry.body.operationName ?? /\b(?:query|mutation)\b[^{]*{\s*(\w+)/.exec(entry.body.query)?.[1];
    } catch {
      entry.body = body.toString();
    }
    this.seen.push(entry);
    const rule = this.#rules.find(({ match, left }) => left > 0 && matches(match, entry));
    if (rule) {
      rule.left -= 1;
      rule.hits += 1;
      // Until then the server does not hear of it.
      await rule.fault.delay;
      if (rule.fault.lose) {
        entry.dropped = true;
        request.socket.destroy();
        return;
      }
      if (rule.fault.refuse) {
        const { status, body: told = '', headers = {} } = rule.fault.refuse;
        Object.assign(entry, { status, refused: true });
        response.writeHead(status, headers).end(told);
        return;
      }
    }
    const target = this.#target();
    const outward = http.request(
      { host: target.hostname, port: target.port, path: request.url, method: request.method, headers: request.headers },
      async (answer) => {
        const parts = [];
        try {
          for await (const part of answer) {
            parts.push(part);
          }
        } catch {
          entry.dropped = true;
          request.socket.destroy();
          return;
        }
        const told = Buffer.concat(parts);
        entry.status = answer.statusCode;
        try {
          entry.answer = JSON.parse(told.toString());
        } catch {
          entry.answer = told.toString();
        }
        if (rule?.fault.hold) {
          await rule.fault.hold;
        }
        if (rule?.fault.drop || this.#isOffline) {
          entry.dropped = true;
          request.socket.destroy();
          return;
        }
        response.writeHead(answer.statusCode, answer.headers).end(told);
      },
    );
    outward.on('error', () => {
      entry.dropped = true;
      request.socket.destroy();
    });
    outward.end(body);
  }

  #upgrade(request, socket, head) {
    if (this.#noSockets) {
      socket.destroy();
      return;
    }
    this.upgrades += 1;
    const target = this.#target();
    const outward = net.connect(Number(target.port), target.hostname, () => {
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let place = 0; place < request.rawHeaders.length; place += 2) {
        lines.push(`${request.rawHeaders[place]}: ${request.rawHeaders[place + 1]}`);
      }
      outward.write(`${lines.join('\r\n')}\r\n\r\n`);
      outward.write(head);
      outward.on('data', (chunk) => {
        const of = (type) => chunk.toString('latin1').split(`"type":"${type}"`).length - 1;
        this.events += of('next');
        this.pongs += of('pong');
      });
      outward.pipe(socket);
      socket.pipe(outward);
    });
    this.#upgraded.add(socket);
    socket.on('swallow', () => {
      for (const [one, other] of [[socket, outward], [outward, socket]]) {
        one.unpipe(other).resume();
      }
    });
    for (const [one, other] of [[socket, outward], [outward, socket]]) {
      one.on('error', () => {});
      one.on('close', () => {
        this.#upgraded.delete(socket);
        other.destroy();
      });
    }
  }

  async close() {
    this.cut();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function matches(match, entry) {
  return typeof match === 'function' ? match(entry) : entry.operationName === match || entry.path === match;
}
