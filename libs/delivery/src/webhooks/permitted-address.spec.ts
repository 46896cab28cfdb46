import { isPermittedAddress } from './permitted-address';

describe('isPermittedAddress', () => {
  it.each(['8.8.8.8', '100.63.255.255', '172.32.0.1', '223.255.255.254', '2606:4700:4700::1111', '2a00::1'])(
    'lets %s be called',
    (address) => {
      expect(isPermittedAddress(address)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fe80::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])('keeps %j from being called', (address) => {
    expect(isPermittedAddress(address)).toBe(false);
  });
});
