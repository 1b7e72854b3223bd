const { readFileSync } = require("fs");
const { generateSync, generateURI } = require("otplib");

const written = ({ name, issuer, now, ...account }) => {
  const strategy = account.counter === null ? "totp" : "hotp";
  const options = { ...account, strategy, algorithm: account.algorithm.toLowerCase() };
  const uri = generateURI({ ...options, label: name, issuer: issuer ?? undefined });
  return [uri, generateSync({ ...options, epoch: now })];
};

console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(written)));
