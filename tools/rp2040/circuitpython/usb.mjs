// The computer at the USB cable: sets the device up and serves its serial ports (CDC).
// Sources: USB 2.0, chapter 9; CDC PSTN 1.2, SetControlLineState.
const INTERFACE = 4, ENDPOINT = 5, CONTROL_CLASS = 2, DATA_CLASS = 10, BULK = 2, INWARDS = 0x80;
const CONFIGURATION = 2, HEAD_BYTES = 9;
const ADDRESS = [0, 5, 1, 0, 0], CONFIGURE = [0, 9, 1, 0, 0];

const setup = (type, request, value, index, length) => Buffer.from([type, request, value & 0xff,
  value >> 8, index & 0xff, index >> 8, length & 0xff, length >> 8]);

// The serial ports that a configuration descriptor tells of, in its order.
export function ports(descriptor) {
  const found = [];
  let control = -1, port = null;
  for (let at = 0; descriptor[at] >= 2; at += descriptor[at]) {
    const [, type, a, b, , c] = descriptor.slice(at, at + 6);
    if (type === INTERFACE) {
      if (c === CONTROL_CLASS) control = a;
      port = c === DATA_CLASS ? { control, in: -1, out: -1, queue: [], asked: null } : null;
      if (port) found.push(port);
    } else if (type === ENDPOINT && port && (b & 3) === BULK) port[a & INWARDS ? 'in' : 'out'] = a & 0xf;
  }
  return found;
}

export class Host {
  // connected(ports): how many there are; received(port, bytes)
  constructor(usb, connected, received) {
    Object.assign(this, { usb, connected, received, isOpen: [true, false] });
    usb.onUSBEnabled = () => usb.resetDevice();
    usb.onResetReceived = () => { this.forget(); this.ask(...ADDRESS); };
    usb.onEndpointWrite = (endpoint, bytes) => this.came(endpoint, bytes);
    usb.onEndpointRead = (endpoint, size) => this.wanted(endpoint, size);
    this.forget();
  }

  forget() {
    Object.assign(this, { ports: [], bytes: 0, descriptor: [], steps: [], isBusy: false });
  }

  // One request at a time: the next when the device has taken it.
  ask(...fields) {
    this.isBusy = true;
    this.usb.sendSetupPacket(setup(...fields));
  }

  came(endpoint, bytes) {
    if (endpoint) {
      const port = this.ports.findIndex((one) => one.in === endpoint);
      if (port >= 0) this.received(port, bytes);
    } else if (bytes.length) this.described(bytes);
    else if (!this.bytes) this.ask(INWARDS, 6, CONFIGURATION << 8, 0, HEAD_BYTES);
    else {
      this.isBusy = false;
      this.next();
    }
  }

  // What waits; data only behind all requests, as a program's come after its opening of the port.
  next() {
    while (!this.isBusy && this.steps.length) this.steps.shift()();
    for (const port of this.ports) if (port.asked !== null) this.wanted(port.out, port.asked);
  }

  described(bytes) {
    if (!this.bytes) {
      this.bytes = bytes[2] | (bytes[3] << 8);
      this.ask(INWARDS, 6, CONFIGURATION << 8, 0, this.bytes);
      return;
    }
    if (this.descriptor.length >= this.bytes) return;
    this.descriptor.push(...bytes);
    if (this.descriptor.length < this.bytes) return;
    this.ports = ports(this.descriptor);
    this.steps = this.ports.map((_, i) => () => this.lines(i, this.isOpen[i]));
    this.steps.push(() => this.connected(this.ports.length));
    this.ask(...CONFIGURE);
  }

  lines(port, isOpen) {
    this.ask(0x21, 0x22, isOpen ? 3 : 0, this.ports[port].control, 0);
  }

  // A program opens or closes the port: DTR and RTS follow.
  open(port, isOpen) {
    this.isOpen[port] = isOpen;
    if (!this.ports[port]) return;
    if (!isOpen) this.ports[port].queue = [];
    this.steps.push(() => this.lines(port, isOpen));
    this.next();
  }

  send(port, bytes) {
    const one = this.ports[port];
    if (!one) return;
    one.queue.push(...bytes);
    if (one.asked !== null) this.wanted(one.out, one.asked);
  }

  wanted(endpoint, size) {
    const port = this.ports.find((one) => one.out === endpoint);
    if (!port) return;
    port.asked = port.queue.length && !this.isBusy ? null : size;
    if (port.asked === null) this.usb.endpointReadDone(endpoint, Buffer.from(port.queue.splice(0, size)));
  }
}
