// Signatures bent in the ways that a strict check refuses.
const { ethers } = require("hardhat");

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The other signature of the same key over the same digest: s replaced by n - s. */
function highS(signature) {
  const { r, s, v } = ethers.Signature.from(signature);
  return ethers.concat([r, ethers.toBeHex(ORDER - BigInt(s), 32), ethers.toBeHex(55 - v, 1)]);
}

/** The same signature with another last byte. */
const withV = (signature, v) => ethers.concat([ethers.dataSlice(signature, 0, 64), ethers.toBeHex(v, 1)]);

module.exports = { highS, withV };
