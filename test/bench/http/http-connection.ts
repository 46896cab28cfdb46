import { connect, type Socket } from 'node:net';

export interface HttpRequest {
  readonly path: string;
  /** JSON of ASCII alone, which is posted; absent, the path is got. */
  readonly body?: string;
}

const END_OF_HEAD = '\r\n\r\n';
const JSON_OF = '\r\ncontent-type: application/json\r\ncontent-length: ';
const STATUS_AT = 'HTTP/1.1 '.length;
const LENGTH = /\r\ncontent-length: (\d+)/i;

/**
 * One connection that carries one request at a time. Node's own client takes as long for a request as the server for its
 * answer, and both are on the same cores: this one knows only what our servers say.
 */
export class HttpConnection {
  private received = '';
  private answered: ((status: number) => void) | null = null;
  private failed: ((error: Error) => void) | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly headers: string,
  ) {
    socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (text: string) => this.read(text));
    socket.on('error', (error) => this.failed?.(error));
    socket.on('close', () => this.failed?.(new Error('the server closed the connection')));
  }

  static open(port: number, apiKey: string): Promise<HttpConnection> {
    const headers = [` HTTP/1.1`, `host: 127.0.0.1:${port}`, `authorization: Bearer ${apiKey}`].join('\r\n');
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => resolve(new HttpConnection(socket, headers)));
      socket.once('error', reject);
    });
  }

  /** @returns the status, once the whole answer is there */
  ask({ path, body }: HttpRequest): Promise<number> {
    const sent =
      body === undefined
        ? `GET ${path}${this.headers}${END_OF_HEAD}`
        : `POST ${path}${this.headers}${JSON_OF}${body.length}${END_OF_HEAD}${body}`;
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(sent, 'latin1');
    });
  }

  close(): void {
    this.failed = null;
    this.socket.destroy();
  }

  private read(text: string): void {
    this.received += text;
    const endOfHead = this.received.indexOf(END_OF_HEAD);
    if (endOfHead === -1) return;
    const length = Number(LENGTH.exec(this.received)?.[1]);
    const begin = endOfHead + END_OF_HEAD.length;
    if (this.received.length < begin + length) return;
    const status = Number(this.received.slice(STATUS_AT, STATUS_AT + 3));
    this.received = '';
    this.failed = null;
    this.answered?.(status);
  }
}
