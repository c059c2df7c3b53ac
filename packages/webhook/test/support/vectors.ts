/** The published vectors of §7.6. */
export const eventVectors = [
  {
    name: 'the documentation, as pretty-printed',
    secret: 'naOC0ocQE3shWLAfffVLB1rhYPG7',
    timestamp: '1725442341',
    body: '{\n  "op": 0,\n  "d": {},\n  "t": "GATEWAY_EVENT_NAME"\n}',
    signature:
      '865ad13a61752ca65e26bde6676459cd36cf1be609375b37bd62af366e1dc25a8dc789ba7f14e017ada3d554c671a911bfdf075ba54835b23391d509579ed002',
  },
  {
    name: 'the documentation, as printed',
    secret: 'naOC0ocQE3shWLAfffVLB1rhYPG7',
    timestamp: '1725442341',
    body: '{ "op": 0,"d": {}, "t": "GATEWAY_EVENT_NAME"}',
    signature:
      '2eb9983ebb8bb209e78fd095942f58e442656656e7975d01e64f9023a84b7c964290fdd40e5500c33867ccfe9563b7e0b6bac0e1d42c13e787b304fd51f71102',
  },
  {
    name: 'the Go SDK, with a UTF-8 body',
    secret: '123456abcdef',
    timestamp: '1728981195',
    body: '{"id":"ROBOT1.0_veoihSEXDc8Q.g-6eLpNIa11bH8MisOjn-m-LKxCPntMk6exUXgcWCGpVO7L2QKTNZzjZzFFDSbiOFcqAPWyVA!!","content":"哦一下","timestamp":"2024-10-15T16:33:15+08:00","author":{"id":"675860273","user_openid":"675860273"}}',
    signature:
      'e949b5b94ef4103df903fb031d1d16e358db3db83e79e117edd404c8508be3ce8a76d7bad1bed353194c126a1a5915b4ad8b5288c1191cc53a12acffccd82004',
  },
  {
    name: 'a short secret',
    secret: 'tst-secret-0001',
    timestamp: '1760000000',
    body: '{"id":"C2C_MESSAGE_CREATE:abc","op":0,"s":7,"t":"C2C_MESSAGE_CREATE","d":{"id":"ROBOT1.0_demo","content":"hi"}}',
    signature:
      '942ed15c1ca5f4d0e7941fd639b36c7dc38c3af22879a91e43c90fecb60e10f8fc3e46f570a0f4652786323e90c22f55ab1574a145336f428396d7db4a019d0d',
  },
] as const

/** Address checks of §7.6. */
export const challengeVectors = [
  {
    name: 'the documentation',
    secret: 'DG5g3B4j9X2KOErG',
    event_ts: '1725442341',
    plain_token: 'Arq0D5A61EgUu4OxUvOp',
    signature:
      '87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d01bcfcadc0842edac85e85205028a1132afe09280305f13aa6909ffc2d652c706',
  },
  {
    name: 'a short secret',
    secret: 'tst-secret-0001',
    event_ts: '1760000000',
    plain_token: 'p1',
    signature:
      '8f839b6440cbf1601601409d3338a508df220edfceb117beb00d00ae2e19dc232eb441a1e9c1ed0f65089b56f18248d7ef6a396942ad887be2b870af1912020e',
  },
] as const

/** Public keys of §7.6, by secret. */
export const publicKeys = [
  ['DG5g3B4j9X2KOErG', '8b28ded5630f9051c205dd04c6ec56ad0b08b8812b2fe30ee9aece0ab41926f3'],
  ['naOC0ocQE3shWLAfffVLB1rhYPG7', 'd7c362fe78aef81ff23287b493628b5db02a3c4fe30b215e4d19609b5d76673a'],
  ['123456abcdef', '1c3039fbc8134a9df2a09f47cf4bf9303440988cec3b22056b62470b85fa80a7'],
  ['tst-secret-0001', '453a424f19655035ee430a44f5e10ff23823cdf954ebe9a6dfa973567e6b7b3e'],
] as const
