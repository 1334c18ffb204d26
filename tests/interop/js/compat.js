// js-libp2p is written for Node 22; the one thing of it that Node 20 lacks is
// made here. This module must be imported before any of js-libp2p.
Promise.withResolvers ??= function withResolvers () {
  const deferred = {}
  deferred.promise = new Promise((resolve, reject) => {
    deferred.resolve = resolve
    deferred.reject = reject
  })
  return deferred
}
