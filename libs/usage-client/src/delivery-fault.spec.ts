import { detailOf, faultOf } from './delivery-fault';

/** As kafkajs has them: the broker's answer in `type`, below the error that says its own retries are used up. */
function brokerError(type: string, cause?: Error): Error {
  return Object.assign(new Error(`broker says ${type}`, { cause }), { type, name: 'KafkaJSProtocolError' });
}

function outOfRetries(cause: Error): Error {
  return Object.assign(new Error('retries exceeded', { cause }), { name: 'KafkaJSNumberOfRetriesExceeded' });
}

describe('faultOf', () => {
  it('takes what it does not know for something that passes', () => {
    for (const error of [
      new Error('x'),
      new TypeError('x'),
      brokerError('KAFKAJS_UNKNOWN_ERROR_CODE'),
      'x',
      undefined,
    ]) {
      expect(faultOf(error)).toBe('transient');
    }
    expect(faultOf(brokerError('NOT_LEADER_FOR_PARTITION'))).toBe('transient');
  });

  it('finds the refusal below the error that wraps it', () => {
    expect(faultOf(outOfRetries(brokerError('TOPIC_AUTHORIZATION_FAILED')))).toBe('refused');
    expect(faultOf(brokerError('MESSAGE_TOO_LARGE'))).toBe('refused');
  });

  it('knows wrong credentials by their error, which carries no type', () => {
    const error = Object.assign(new Error('SASL failed'), { name: 'KafkaJSSASLAuthenticationError' });
    expect(faultOf(error)).toBe('refused');
  });

  it('asks for a new session when the broker does not follow the sequence', () => {
    expect(faultOf(outOfRetries(brokerError('OUT_OF_ORDER_SEQUENCE_NUMBER')))).toBe('session_lost');
  });

  it('ends on errors that cause each other', () => {
    const first = new Error('first');
    const second = new Error('second', { cause: first });
    first.cause = second;
    expect(faultOf(first)).toBe('transient');
  });
});

describe('detailOf', () => {
  it('is one line, whatever was thrown', () => {
    expect([detailOf(new Error('a')), detailOf('b'), detailOf(undefined)]).toEqual(['a', 'b', 'undefined']);
  });
});
