/** A QR code (ISO/IEC 18004) of a text as SVG: bytes, error correction level L, versions 1 to 9. */

import { svg } from "../lib/dom.js";

/** By version: codewords of data, codewords of error correction in each block, blocks, places of alignment patterns. */
const VERSIONS = [
  [19, 7, 1, []], [34, 10, 1, [6, 18]], [55, 15, 1, [6, 22]], [80, 20, 1, [6, 26]], [108, 26, 1, [6, 30]], [136, 18, 2, [6, 34]],
  [156, 20, 2, [6, 22, 38]], [194, 24, 2, [6, 24, 42]], [232, 30, 2, [6, 26, 46]],
];
/** Four bits of mode and eight of length, before the data. */
const HEAD_BITS = 12;
/** Level L and mask 0. */
const FORMAT = 0b01000;
const QUIET_ZONE = 4;

/** The code as an image named `label`; null for a text that is too long. */
export function qrCode(text, label) {
  const modules = qrModules(text);
  if (modules === null) return null;
  const size = modules.length + 2 * QUIET_ZONE;
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z` : ""))).join("");
  return svg("svg", { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" }, svg("path", { d: path, fill: "currentColor" }));
}

/** Rows of dark (true) and light modules; null for a text that is too long. */
function qrModules(text) {
  const bytes = new TextEncoder().encode(text);
  const version = 1 + VERSIONS.findIndex(([data]) => bytes.length * 8 + HEAD_BITS <= data * 8);
  if (version === 0) return null;
  const size = 17 + 4 * version;
  const grid = Array.from({ length: size }, () => new Array(size).fill(null));
  drawPatterns(grid, version);
  drawData(grid, interleave(encode(bytes, version), version));
  drawFormat(grid);
  return grid;
}

/** The codewords of the data, padded to what the version holds. */
function encode(bytes, version) {
  const bits = [...bitsOf(0b0100, 4), ...bitsOf(bytes.length, 8), ...[...bytes].flatMap((byte) => bitsOf(byte, 8))];
  const capacity = VERSIONS[version - 1][0] * 8;
  bits.push(...bitsOf(0, Math.min(4, capacity - bits.length)));
  while (bits.length % 8) bits.push(0);
  for (let pad = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) bits.push(...bitsOf(pad, 8));
  return Array.from({ length: bits.length / 8 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8).join(""), 2));
}

function bitsOf(value, length) {
  return Array.from({ length }, (_, at) => (value >> (length - 1 - at)) & 1);
}

/** The codewords of all blocks in the order in which they are drawn. All blocks of a version are equally long here. */
function interleave(data, version) {
  const [total, correction, count] = VERSIONS[version - 1];
  const length = total / count;
  const blocks = Array.from({ length: count }, (_, at) => data.slice(at * length, (at + 1) * length));
  const checks = blocks.map((block) => remainder(block, correction));
  const column = (lists, at) => lists.map((list) => list[at]);
  return [
    ...Array.from({ length }, (_, at) => column(blocks, at)), ...Array.from({ length: correction }, (_, at) => column(checks, at)),
  ].flat();
}

/** Multiply in the field of 256 elements with the polynomial 0x11d. */
function multiply(one, other) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((other >> bit) & 1) * one;
  }
  return product;
}

/** The codewords of error correction of a block (Reed-Solomon). */
function remainder(block, length) {
  let divisor = [1];
  for (let at = 0, root = 1; at < length; at += 1, root = multiply(root, 2)) {
    divisor = [...divisor, 0].map((factor, place) => factor ^ multiply(divisor[place - 1] ?? 0, root));
  }
  const rest = new Array(length).fill(0);
  for (const byte of block) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    for (let place = 0; place < length; place += 1) rest[place] ^= multiply(divisor[place + 1], factor);
  }
  return rest;
}

function drawPatterns(grid, version) {
  const size = grid.length;
  for (let at = 0; at < size; at += 1) {
    grid[6][at] = at % 2 === 0;
    grid[at][6] = at % 2 === 0;
  }
  for (const [y, x] of [[3, 3], [3, size - 4], [size - 4, 3]]) drawRings(grid, y, x, 4, (ring) => ring !== 2 && ring !== 4);
  const places = VERSIONS[version - 1][3];
  const last = places.length - 1;
  places.forEach((y, row) => places.forEach((x, at) => {
    const inCorner = (row === 0 && at === 0) || (row === 0 && at === last) || (row === last && at === 0);
    if (!inCorner) drawRings(grid, y, x, 2, (ring) => ring !== 1);
  }));
  drawFormat(grid);
  if (version >= 7) {
    const bits = bitsOf((version << 12) | divide(version, 12, 0x1f25), 18).reverse();
    bits.forEach((bit, at) => {
      const [far, near] = [size - 11 + (at % 3), Math.floor(at / 3)];
      grid[near][far] = bit === 1;
      grid[far][near] = bit === 1;
    });
  }
}

function drawRings(grid, y, x, radius, isDark) {
  for (let dy = -radius; dy <= radius; dy += 1) {
    for (let dx = -radius; dx <= radius; dx += 1) {
      if (grid[y + dy]?.[x + dx] !== undefined) grid[y + dy][x + dx] = isDark(Math.max(Math.abs(dy), Math.abs(dx)));
    }
  }
}

/** The remainder of a value, shifted by so many bits, divided by a polynomial of that degree (BCH). */
function divide(value, degree, polynomial) {
  let rest = value;
  for (let at = 0; at < degree; at += 1) rest = (rest << 1) ^ ((rest >> (degree - 1)) * polynomial);
  return rest;
}

function drawFormat(grid) {
  const size = grid.length;
  const value = ((FORMAT << 10) | divide(FORMAT, 10, 0x537)) ^ 0x5412;
  const bits = bitsOf(value, 15).reverse().map((bit) => bit === 1);
  for (let at = 0; at < 6; at += 1) grid[at][8] = bits[at];
  [grid[7][8], grid[8][8], grid[8][7]] = bits.slice(6, 9);
  for (let at = 9; at < 15; at += 1) grid[8][14 - at] = bits[at];
  for (let at = 0; at < 8; at += 1) grid[8][size - 1 - at] = bits[at];
  for (let at = 8; at < 15; at += 1) grid[size - 15 + at][8] = bits[at];
  grid[size - 8][8] = true;
}

/** Draw the codewords in pairs of columns from the right, up and down in turn, masked by a chessboard. */
function drawData(grid, codewords) {
  const size = grid.length;
  const bits = codewords.flatMap((codeword) => bitsOf(codeword, 8));
  let upwards = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < size; step += 1) {
      const y = upwards ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y][x] === null) grid[y][x] = ((bits.shift() ?? 0) === 1) !== ((y + x) % 2 === 0);
      }
    }
    upwards = !upwards;
  }
}
