/// Working memory that grows: its address is taken once and used in loops that an array's checks would slow down.
struct WorkVector<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int

    /// Room for `capacity` elements, which are not initialised.
    init(capacity: Int = 0) {
        self.capacity = capacity
        base = Self.allocate(capacity)
    }

    /// `count` copies of `value`.
    init(repeating value: Element, count: Int) {
        self.init(capacity: count)
        base.initialize(repeating: value, count: count)
    }

    init(_ elements: some Collection<Element>) {
        self.init(capacity: elements.count)
        _ = UnsafeMutableBufferPointer(start: base, count: capacity).initialize(from: elements)
    }

    /// Makes room for `count` elements, at least doubling what there is; the first `kept` elements stay.
    mutating func reserve(_ count: Int, keeping kept: Int) {
        if count <= capacity { return }
        let grown = max(count, 2 * capacity)
        let moved = Self.allocate(grown)
        moved.update(from: base, count: kept)
        base.deallocate()
        (base, capacity) = (moved, grown)
    }

    subscript(index: Int) -> Element {
        @inline(__always) get { base[index] }
        @inline(__always) nonmutating set { base[index] = newValue }
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
        UnsafeMutableRawPointer.allocate(byteCount: max(1, capacity) * MemoryLayout<Element>.stride, alignment: 64)
            .bindMemory(to: Element.self, capacity: max(1, capacity))
    }

    deinit { base.deallocate() }
}
