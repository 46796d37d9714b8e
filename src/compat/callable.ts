/** A class that may be called without `new`, as the constructors of older packages may. */
export type Callable<Class extends new (...args: never[]) => object> = Class &
  ((...args: ConstructorParameters<Class>) => InstanceType<Class>);

export function callable<Class extends new (...args: never[]) => object>(made: Class): Callable<Class> {
  return new Proxy(made, {
    apply: (target, _self, args) => Reflect.construct(target, args),
  }) as Callable<Class>;
}
