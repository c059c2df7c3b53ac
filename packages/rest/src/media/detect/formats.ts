/** Bytes at a place in a file. */
type Mark = readonly [offset: number, bytes: string]

/** A format, by what its files begin with. */
export interface Format {
  /** Its name, and the usual ending of file names. */
  readonly name: string
  readonly mime: string
  /** All of these, as Latin-1. */
  readonly marks: readonly Mark[]
}

const row = (name: string, mime: string, ...marks: readonly Mark[]): Format => ({ name, mime, marks })

/** MPEG-4 files are told apart by the brand behind `ftyp`; those of the other rows are no `mp4` to the platform. */
const BRANDS = 'isom iso2 iso3 iso4 iso5 iso6 mp41 mp42 avc1 M4V  MSNV dash mmp4 f4v '

/**
 * How formats begin. The first row that fits is the one. Besides those that the platform takes (§5.5) there are the usual
 * ones that it does not, so that a file of one kind sent as another is noticed.
 */
export const formats: readonly Format[] = Object.freeze([
  row('png', 'image/png', [0, '\x89PNG\r\n\x1A\n']),
  row('jpg', 'image/jpeg', [0, '\xFF\xD8\xFF']),
  row('gif', 'image/gif', [0, 'GIF87a']),
  row('gif', 'image/gif', [0, 'GIF89a']),
  row('webp', 'image/webp', [0, 'RIFF'], [8, 'WEBP']),
  // Two letters alone are too little; the reserved bytes are zero in every file.
  row('bmp', 'image/bmp', [0, 'BM'], [6, '\0\0\0\0']),
  ...(BRANDS.match(/.{5}/g) ?? []).map((brand) =>
    row('mp4', 'video/mp4', [4, 'ftyp'], [8, brand.slice(0, 4)]),
  ),
  row('mov', 'video/quicktime', [4, 'ftyp'], [8, 'qt']),
  row('m4a', 'audio/mp4', [4, 'ftyp'], [8, 'M4A']),
  row('heic', 'image/heic', [4, 'ftyp'], [8, 'hei']),
  row('heic', 'image/heic', [4, 'ftyp'], [8, 'mif1']),
  row('avif', 'image/avif', [4, 'ftyp'], [8, 'avif']),
  row('3gp', 'video/3gpp', [4, 'ftyp'], [8, '3g']),
  row('silk', 'audio/silk', [0, '#!SILK_V3']),
  // As the clients of the platform record it.
  row('silk', 'audio/silk', [0, '\x02#!SILK_V3']),
  row('wav', 'audio/wav', [0, 'RIFF'], [8, 'WAVE']),
  row('ogg', 'audio/ogg', [0, 'OggS']),
  row('mp3', 'audio/mpeg', [0, 'ID3']),
  ...['\xFB', '\xFA', '\xF3', '\xF2', '\xE3', '\xE2'].map((layer) =>
    row('mp3', 'audio/mpeg', [0, `\xFF${layer}`]),
  ),
  row('amr', 'audio/amr', [0, '#!AMR']),
  row('flac', 'audio/flac', [0, 'fLaC']),
  row('aac', 'audio/aac', [0, '\xFF\xF1']),
  row('aac', 'audio/aac', [0, '\xFF\xF9']),
  row('avi', 'video/x-msvideo', [0, 'RIFF'], [8, 'AVI ']),
  row('webm', 'video/webm', [0, '\x1AE\xDF\xA3']),
  row('flv', 'video/x-flv', [0, 'FLV\x01']),
  row('tiff', 'image/tiff', [0, 'II*\0']),
  row('tiff', 'image/tiff', [0, 'MM\0*']),
  row('ico', 'image/x-icon', [0, '\0\0\x01\0']),
  row('pdf', 'application/pdf', [0, '%PDF-']),
  row('zip', 'application/zip', [0, 'PK\x03\x04']),
  row('gz', 'application/gzip', [0, '\x1F\x8B']),
  row('rar', 'application/vnd.rar', [0, 'Rar!\x1A\x07']),
  row('7z', 'application/x-7z-compressed', [0, '7z\xBC\xAF\x27\x1C']),
  row('elf', 'application/x-executable', [0, '\x7FELF']),
  row('exe', 'application/x-msdownload', [0, 'MZ\x90\0']),
])
