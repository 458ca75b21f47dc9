#pragma once

#include <openssl/bio.h>

namespace headgate::net {

class TlsStream;

/// OpenSSL's way to the socket of a TlsStream. Writes only collect: TlsStream::flush() sends.
struct TlsBio {
  /// Throws std::bad_alloc.
  static BIO* make(TlsStream& stream);

 private:
  static TlsStream& stream(BIO* bio);
  static int read(BIO* bio, char* space, int size);
  static int write(BIO* bio, const char* bytes, int size);
  static long control(BIO* bio, int command, long number, void* pointer);
};

}  // namespace headgate::net
