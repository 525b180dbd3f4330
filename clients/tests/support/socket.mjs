// A bare graphql-transport-ws connection, frame by frame.
import WebSocket from 'ws';
import { until } from './until.mjs';

export class Socket {
  frames = [];
  closed = null;
  #socket;
  #count = 0;

  /** Opens and waits for the acknowledgement; `payload` as RxDB sends it unless given. */
  static async open(server, token, payload = { headers: { Authorization: `Bearer ${token}` } }) {
    const socket = Socket.dial(server, payload);
    await until(() => socket.closed || socket.frames.some(({ type }) => type === 'connection_ack'), 'the acknowledgement');
    return socket;
  }

  static dial(server, payload) {
    const socket = new Socket();
    const ws = new WebSocket(`${server.url.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws');
    socket.#socket = ws;
    ws.on('open', () => ws.send(JSON.stringify({ type: 'connection_init', payload })));
    ws.on('message', (text) => {
      const frame = JSON.parse(text);
      socket.frames.push(frame);
      if (frame.type === 'ping') {
        ws.send(JSON.stringify({ type: 'pong' }));
      }
    });
    ws.on('close', (code, reason) => (socket.closed = { code, reason: String(reason) }));
    ws.on('error', () => {});
    return socket;
  }

  subscribe(query) {
    const id = String((this.#count += 1));
    this.#socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
    return id;
  }

  /** What streams gave, in order. */
  events() {
    const next = this.frames.filter(({ type, payload }) => type === 'next' && payload.data);
    return next.map(({ payload }) => Object.values(payload.data)[0]);
  }

  close() {
    this.#socket.close();
  }
}
