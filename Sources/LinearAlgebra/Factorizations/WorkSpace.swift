/// The scratch memory of a LAPACK routine.
enum WorkSpace {
    /// Asks `routine` how much it works best with, then runs it with that; returns its `info` if that is not negative.
    ///
    /// - Parameters:
    ///   - integers: the number of integers that the routine needs, where it does not say so itself.
    ///   - routine: work, its size or −1 for the question, integers, their number or −1.
    /// - Precondition: LAPACK takes no offence at the arguments, which are ours.
    static func run<Scalar: BLASScalar>(
        _ name: String, integers: Int = 1,
        _ routine: (UnsafeMutablePointer<Scalar>, Int, UnsafeMutablePointer<Int32>, Int) -> Int
    ) -> Int {
        BLASEngine.withPlace {
            var (best, bestIntegers) = (Scalar(0), Int32(0))
            let refusal = routine(&best, -1, &bestIntegers, -1)
            precondition(refusal == 0, "\(name) was called with a wrong argument \(-refusal)")
            // A Float cannot hold every count above 2²⁴, and may have been rounded down.
            let count = max(1, Int(best.nextUp.rounded(.up)))
            let integerCount = max(integers, Int(bestIntegers))
            // Beyond a kilobyte this is the heap: small stacks are enough.
            return withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count) { work in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: integerCount) { integers in
                    let info = routine(work.baseAddress!, count, integers.baseAddress!, integerCount)
                    precondition(info >= 0, "\(name) was called with a wrong argument \(-info)")
                    return info
                }
            }
        }
    }
}
