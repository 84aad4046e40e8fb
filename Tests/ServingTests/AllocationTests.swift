import CAllocationCount
import Lariat
import Testing

/// What prediction allocates at steady state, counted in a process of its own: nothing.
@Suite("Predictor's allocations")
struct AllocationTests {
    @Test(arguments: [1, 3, 8, 32, 200])
    func predictionAllocatesNothing(rows: Int) async {
        await #expect(processExitsWith: .success) { [rows] in
            guard allocation_count() >= 0 else { return }  // a sanitizer has an allocator of its own
            let described = PredictorThreadTests.described
            let predictor = try Predictor(try described.model(Float.self))
            let (x, wide) = (described.rows(rows, Float.self), described.rows(rows, Double.self))
            var y = Matrix<Float>(rows: rows, columns: 10)
            var wideY = Matrix<Double>(rows: rows, columns: 10)
            // A helper that comes for the first time takes scratch for it; a busy machine may bring it late.
            for _ in 0..<20 {
                let before = allocation_count()
                for _ in 0..<200 {
                    try predictor.predict(x, into: &y)
                    try predictor.predict(wide, into: &wideY)
                }
                if allocation_count() == before { return }
            }
            fatalError("predictions of \(rows) rows allocate")
        }
    }

    @Test func theCounterCounts() {
        guard allocation_count() >= 0 else { return }
        let before = allocation_count()
        let block = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 64)
        let array = [Int](repeating: 1, count: 1000)
        #expect(allocation_count() >= before + 2 && array.count == 1000)
        block.deallocate()
    }
}
